// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A service that does what its description says.
public struct DescribedService: ExportService {
  /// Pages of one list that are read at most.
  static let pageLimit = 2000
  /// Tasks are looked for back to this long before their intent: the clocks of two machines differ.
  static let clockSkew: Duration = .seconds(900)
  /// Pages of others' tasks that are read for ours when many are looked at.
  static let otherPages = 2

  let description: ServiceDescription
  let base: String
  let parameters: [String: JSONValue]
  let secrets: [String: Secret]
  let proof: any RequestProof
  let transport: any HTTPTransport

  /// - Parameters:
  ///   - base: without a slash at its end; requests go nowhere else.
  ///   - parameters: those of the service; those of apps come with each call.
  ///   - secrets: that the description asks for, by its own names.
  public init(
    description: ServiceDescription, base: String, parameters: [String: JSONValue], secrets: [String: Secret] = [:],
    proof: any RequestProof, transport: any HTTPTransport
  ) {
    (self.description, self.base, self.parameters, self.secrets) = (description, base, parameters, secrets)
    (self.proof, self.transport) = (proof, transport)
  }

  /// As above, with a bearer token.
  public init(
    description: ServiceDescription, base: String, parameters: [String: JSONValue], tokens: any TokenSource,
    transport: any HTTPTransport
  ) {
    self.init(
      description: description, base: base, parameters: parameters, proof: BearerProof(tokens), transport: transport)
  }

  public var traits: ServiceTraits { description.traits }

  public func submit(_ order: TaskOrder) async throws -> TaskReceipt {
    let request = try description.submission(of: order, base: base, parameters: parameters, secrets: secrets)
    let (answer, requestID) = try await call(request, .submit, secret: order.delivery)
    guard let id = taskID(of: order, answer) else {
      // The service said yes in a way that nobody can read: there may be a task.
      throw ServiceError(
        .again, "the answer to the submit names no task (status \(answer.head.status), request \(requestID))",
        status: answer.head.status, requestID: requestID, isLost: true)
    }
    return TaskReceipt(
      id: id, retryAfter: wish(answer), requestID: requestID, remaining: description.remaining?.count(in: answer))
  }

  /// The task of a good answer; where we chose the name, it is that one, new or there already.
  private func taskID(of order: TaskOrder, _ answer: Answer) -> String? {
    let isExpected = description.submitStatuses.contains(answer.head.status)
    guard case .named(let id) = description.recovery else {
      return isExpected ? description.taskID?.text(in: answer) : nil
    }
    guard isExpected || description.refusal(of: answer, .submit)?.means == .exists else { return nil }
    return id.text(description.scope(of: order, parameters: parameters).value)
  }

  public func poll(_ task: TaskReference) async throws -> TaskStatus {
    let (answer, requestID) = try await call(try fill(description.poll, scope(of: task)), .poll)
    guard let status = status(in: answer, requestID: requestID) else {
      throw ServiceError(
        .again, "the answer to the poll shows no task (request \(requestID))", status: answer.head.status,
        requestID: requestID)
    }
    return status
  }

  // MARK: Answers

  func scope(of task: TaskReference) -> Scope {
    var scope = Scope(parameters: parameters, app: task.appParameters)
    scope.task = ["id": task.id]
    return scope
  }

  /// What an answer says of the one task it is about; `nil` when it shows none.
  func status(in answer: Answer, requestID: String) -> TaskStatus? {
    guard let task = description.pollTask.map({ $0.value(in: answer) }) ?? answer.json, task != .null else {
      return nil
    }
    return status(of: task, in: answer, requestID: requestID)
  }

  /// - Parameter task: in the answer, such as an item of a list.
  func status(of task: JSONValue, in answer: Answer, requestID: String) -> TaskStatus {
    let item = Answer(item: task, head: answer.head)
    return TaskStatus(
      description.state.phase(of: item), retryAfter: wish(answer),
      facts: description.facts.compactMapValues { $0.text(in: item) }, requestID: requestID,
      remaining: description.remaining?.count(in: answer))
  }

  /// What the service wishes for the next look.
  private func wish(_ answer: Answer) -> Duration? {
    guard case .header? = description.obey else { return nil }
    return answer.head.retryAfter(now: WallClock().now)
  }
}

extension DatasetRule {
  /// The form that the given options choose.
  func form(for options: [String: JSONValue]) -> Form? {
    forms.first { form in form.option.map { options[$0] != nil } ?? true }
  }

  /// Options in the service's own words.
  func onTheWire(_ options: [String: JSONValue]) -> [String: JSONValue] {
    Dictionary(
      uniqueKeysWithValues: options.map { name, value in
        (name, value.string.flatMap { wire[name]?[$0] }.map { .string($0) } ?? value)
      })
  }
}
