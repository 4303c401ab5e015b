// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A service that does what its description says.
public struct DescribedService: ExportService {
  /// Pages of one list that are read at most.
  static let pageLimit = 2000
  /// Tasks are looked for back to this long before their intent: the clocks of two machines differ.
  static let clockSkew: Duration = .seconds(900)

  let description: ServiceDescription
  let base: String
  let parameters: [String: JSONValue]
  let tokens: any TokenSource
  let transport: any HTTPTransport

  /// - Parameters:
  ///   - base: without a slash at its end; requests go nowhere else.
  ///   - parameters: those of the service; those of apps come with each call.
  public init(
    description: ServiceDescription, base: String, parameters: [String: JSONValue], tokens: any TokenSource,
    transport: any HTTPTransport
  ) {
    (self.description, self.base, self.parameters) = (description, base, parameters)
    (self.tokens, self.transport) = (tokens, transport)
  }

  public var traits: ServiceTraits { description.traits }

  public func submit(_ order: TaskOrder) async throws -> TaskReceipt {
    let request = try description.submission(of: order, base: base, parameters: parameters)
    let (answer, requestID) = try await call(request, .submit, secret: order.delivery)
    guard description.submitStatuses.contains(answer.head.status), let id = description.taskID.text(in: answer) else {
      // The service said yes in a way that nobody can read: there may be a task.
      throw ServiceError(
        .again, "the answer to the submit names no task (status \(answer.head.status), request \(requestID))",
        status: answer.head.status, requestID: requestID, isLost: true)
    }
    return TaskReceipt(id: id, retryAfter: wish(answer), requestID: requestID)
  }

  public func poll(_ task: TaskReference) async throws -> TaskStatus {
    var scope = Scope(parameters: parameters, app: task.appParameters)
    scope.task = ["id": task.id]
    let (answer, requestID) = try await call(try fill(description.poll, scope), .poll)
    guard answer.json != nil else {
      throw ServiceError(
        .again, "the answer to the poll is no JSON (request \(requestID))", status: answer.head.status,
        requestID: requestID)
    }
    return status(of: answer, requestID: requestID)
  }

  public func find(_ lookup: TaskLookup) async throws -> [FoundTask] {
    let rule = description.recovery
    let scope = Scope(parameters: parameters, app: lookup.appParameters)
    var request = try fill(rule.list, scope)
    var found: [FoundTask] = []
    let oldest = lookup.since.advanced(by: .zero - Self.clockSkew)
    for _ in 0..<Self.pageLimit {
      let (answer, requestID) = try await call(request, .list)
      guard case .array(let items)? = rule.each.value(in: answer) else {
        throw ServiceError(
          .again, "the list of tasks cannot be read (request \(requestID))", status: answer.head.status,
          requestID: requestID)
      }
      for item in items where item.at(pointer: rule.mark)?.string == lookup.mark.description {
        guard let id = item.at(pointer: rule.id)?.string else { continue }
        let status = status(of: Answer(item: item, head: answer.head), requestID: requestID)
        found.append(FoundTask(id: id, status: status))
      }
      // Lists are asked for newest first: what follows is older still.
      let last = items.last.flatMap { item in rule.created.flatMap { item.at(pointer: $0)?.string } }
      if let last = last.flatMap({ Instant($0) }), last < oldest { return found }
      guard let next = rule.next?.text(in: answer), !next.isEmpty else { return found }
      guard next.hasPrefix(base + "/") else {
        throw ServiceError(.never, "the list goes on at another host than the service's")
      }
      request = FilledRequest(method: request.method, url: next, json: nil)
    }
    throw ServiceError(.again, "the list of tasks has more than \(Self.pageLimit) pages")
  }

  public func finished(_ task: TaskReference, status: TaskStatus) -> FinishedTask {
    var scope = Scope(parameters: parameters, app: task.appParameters)
    scope.task = status.facts.merging(["id": task.id]) { $1 }
    let prefix = description.result.prefix?.text(scope.value)
    return FinishedTask(id: task.id, prefix: prefix, manifest: description.result.manifest)
  }

  // MARK: Answers

  private func status(of answer: Answer, requestID: String) -> TaskStatus {
    TaskStatus(
      description.state.phase(of: answer), retryAfter: wish(answer),
      facts: description.facts.compactMapValues { $0.text(in: answer) }, requestID: requestID)
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
