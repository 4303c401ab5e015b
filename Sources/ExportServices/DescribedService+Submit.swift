// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension DescribedService {
  public func submit(_ order: TaskOrder) async throws -> TaskReceipt {
    var scope = try description.submitScope(of: order, parameters: parameters)
    for step in description.submit.preparing { try await prepare(step, &scope, order.delivery) }
    if let baseProblem { throw baseProblem }
    scope.secrets = secrets
    let request = try description.submission(of: order, base: base, scope)
    let (answer, requestID) = try await call(request, .submit, secret: order.delivery, makesTask: true)
    guard let id = taskID(of: order, answer) else {
      // The service said yes in a way that nobody can read: there may be a task.
      throw unreadable(
        "the answer to the submit names no task (status \(answer.head.status))", answer, requestID, isLost: true)
    }
    let receipt = TaskReceipt(
      id: id, retryAfter: wish(answer), requestID: requestID, remaining: description.remaining?.count(in: answer))
    guard !description.submit.finishing.isEmpty else { return receipt }
    // The task is there whatever becomes of these: the next look sees how far it is, and sends them again.
    try? await finish(TaskReference(id: id, appParameters: order.appParameters, dataset: order.dataset))
    return receipt
  }

  /// Sends a step that comes before the task, and keeps what it takes for those after it.
  private func prepare(_ step: SubmitRule.Step, _ scope: inout Scope, _ delivery: Secret) async throws {
    let (answer, requestID) = try await call(
      try fill(step.call, scope), .submit, alsoGood: step.statuses, secret: delivery)
    try check(answer, of: step, requestID)
    for (name, pick) in step.take {
      guard let value = pick.value(in: answer), value != .null, value != "" else {
        throw unreadable("the answer to a step of the submit has no value for 'step.\(name)'", answer, requestID)
      }
      scope.step[name] = value
    }
  }

  private func check(_ answer: Answer, of step: SubmitRule.Step, _ requestID: String) throws {
    guard !step.statuses.contains(answer.head.status) else { return }
    throw unreadable(
      "the answer to a step of the submit has the status \(answer.head.status)", answer, requestID)
  }

  /// Sends the steps that come after the task is made. They may be sent again.
  func finish(_ task: TaskReference) async throws {
    let scope = finishingScope(of: task)
    for step in description.submit.finishing {
      do {
        let (answer, requestID) = try await call(try fill(step.call, scope), .submit, alsoGood: step.statuses)
        try check(answer, of: step, requestID)
      } catch var error as ServiceError where error.isAbsence {
        // It was seen a moment ago: this does not prove that it is no more.
        error.kind = .again
        throw error
      }
    }
  }

  /// What those steps may name.
  func finishingScope(of task: TaskReference) -> Scope {
    var scope = scope(of: task)
    scope.dataset = description.datasets[task.dataset]?.forms.first?.values ?? [:]
    return scope
  }

  /// The task of a good answer; where we chose the name, it is that one, new or there already.
  private func taskID(of order: TaskOrder, _ answer: Answer) -> String? {
    let isExpected = description.submit.making.statuses.contains(answer.head.status)
    guard case .named = description.recovery else {
      return isExpected ? description.submit.id?.id(in: answer) : nil
    }
    guard isExpected || description.refusal(of: answer, .submit)?.means == .exists else { return nil }
    return chosenID(of: order)
  }
}
