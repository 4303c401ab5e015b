// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

// Requests that are made and not sent.
extension DescribedService {
  /// What a submit would send, in order and with what proves who sends it. `<NAME>` stands for what a step would take
  /// from an answer, and `task` for the id that the service would give.
  /// - Throws: `ServiceError` when the description cannot make them, or the proof cannot be made.
  public func submission(of order: TaskOrder, task: String) async throws -> [HTTPRequest] {
    var scope = try description.submitScope(of: order, parameters: parameters)
    if let baseProblem { throw baseProblem }
    scope.secrets = secrets
    var requests: [FilledRequest] = []
    for step in description.submit.preparing {
      requests.append(try fill(step.call, scope))
      for name in step.take.keys { scope.step[name] = .string("<\(name)>") }
    }
    requests.append(try description.submission(of: order, base: base, scope))
    let reference = TaskReference(
      id: chosenID(of: order) ?? task, appParameters: order.appParameters, dataset: order.dataset)
    requests += try description.submit.finishing.map { try fill($0.call, finishingScope(of: reference)) }
    var proven: [HTTPRequest] = []
    for request in requests {
      proven.append(try await proved(request, RequestID.next(), hiding: Array(secrets.values)).request)
    }
    return proven
  }

  /// The id that a task of this order would have where we choose it.
  public func chosenID(of order: TaskOrder) -> String? {
    guard case .named(let id) = description.recovery else { return nil }
    return id.text(description.scope(of: order, parameters: parameters).value)
  }
}
