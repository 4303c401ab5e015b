// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Synchronization

/// A service that is made from its description alone: it knows requests by what the description says of them, keeps the
/// tasks that they make, and answers with values where the description picks them. What the description gets wrong about
/// itself, such as a mark that no request sends, shows here.
final class DescribedServer: Sendable {
  /// A request of the description.
  enum Call: Hashable, Sendable {
    case prepare(Int), make, finish(Int), poll, list, current, cancel, tidy, result, link, token
  }

  /// A task as the service holds it.
  struct Task: Sendable {
    var id: String
    var state: TaskState
    var created: Instant
    /// Members of its item that came with the request, by pointer.
    var echoed: [String: JSONValue]
    var isStarted: Bool
    /// Why it failed, in the service's words.
    var reason = "it could not be done"
  }

  /// What a task shows of itself.
  enum TaskState: Sendable {
    case word(String)
    /// What a rule of `state:` wants to see.
    case like(Condition)
  }

  /// What a request that makes a task may be told by.
  struct Expected: Sendable {
    /// Any of these must be in the request; empty: it is told by nothing.
    var texts: [String] = []
    /// Of the item, when the text is in the request.
    var echoes: [String: JSONValue] = [:]
  }

  typealias Fault = @Sendable (ScriptedServer.Request, ScriptedServer.Reply) -> ScriptedServer.Reply

  struct State: Sendable {
    var tasks: [Task] = []
    var expected: [Expected] = []
    /// Tokens that have made a task, and which.
    var taskOfToken: [String: String] = [:]
    /// Answers in place of what would be done: the service has not heard of the request.
    var deaf: [Call: ScriptedServer.Reply] = [:]
    /// Answers in place of those that were meant: the request has been heard.
    var faults: [Call: Fault] = [:]
    var seen: [(call: Call?, request: ScriptedServer.Request)] = []
    /// What a new task shows of itself.
    var first: TaskState = .word("")
    var pageSize = 3
    /// Pages that a result has.
    var pages = 3
    var base = ""
    /// Numbers of attempts that were given out.
    var attempts = 0
    var now = Instant(seconds: 1_800_000_000)
  }

  let description: ServiceDescription
  let state: Mutex<State>
  let patterns: [(call: Call, pattern: RequestPattern)]

  init(_ description: ServiceDescription) {
    self.description = description
    state = Mutex(State())
    patterns = Self.patterns(of: description)
    let state = firstState
    self.state.withLock { $0.first = state }
  }

  /// What a task that has just been made is like.
  var firstState: TaskState {
    let classes: [StateRule.Class] = description.submit.finishing.isEmpty ? [.queued, .running] : [.made]
    for kind in classes {
      if let state = description.states(of: kind).first { return state }
    }
    return .word("waiting")
  }

  func task(_ id: String) -> Task? { state.withLock { $0.tasks.first { $0.id == id } } }

  var calls: [Call?] { state.withLock { $0.seen.map(\.call) } }
  var requests: [ScriptedServer.Request] { state.withLock { $0.seen.map(\.request) } }

  /// Serves while `body` runs.
  func serving<Result>(_ body: (ScriptedServer) async throws -> Result) async throws -> Result {
    try await ScriptedServer.with({ self.answer($0) }, body)
  }

  func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    let call = call(of: request)
    state.withLock { $0.seen.append((call, request)) }
    if let call, let reply = state.withLock({ $0.deaf[call] }) { return reply }
    let reply = call.map { answer($0, request) } ?? MadeAnswer(404).reply
    guard let call, let fault = state.withLock({ $0.faults[call] }) else { return reply }
    return fault(request, reply)
  }

  // MARK: Which request it is

  private func call(of request: ScriptedServer.Request) -> Call? {
    if request.target.hasPrefix(ConformanceLink.path) { return .link }
    if request.body.contains("grant_type=") { return .token }
    let found = patterns.compactMap { call, pattern in pattern.likeness(to: request).map { (call, $0) } }
    guard let best = found.map(\.1).max() else { return nil }
    let alike = found.filter { $0.1 == best }.map(\.0)
    // One request may do two things, such as to stop a task at work and to take one away that is done.
    let isMeant = state.withLock { state in
      alike.first { state.deaf[$0] != nil || state.faults[$0] != nil }
    }
    return isMeant ?? (task(in: request).map { isDone($0) } ?? true ? alike.last : alike.first)
  }

  private func isDone(_ task: Task) -> Bool {
    guard case .word(let word) = task.state else { return false }
    return description.state.words[word] == .done
  }

  private static func patterns(of description: ServiceDescription) -> [(call: Call, pattern: RequestPattern)] {
    var calls: [(Call, RequestTemplate)] = []
    for (index, step) in description.submit.preparing.enumerated() { calls.append((.prepare(index), step.call)) }
    calls.append((.make, description.submit.making.call))
    for (index, step) in description.submit.finishing.enumerated() { calls.append((.finish(index), step.call)) }
    calls.append((.poll, description.poll))
    if let list = description.list { calls.append((.list, list.call)) }
    if case .single(let current?, _) = description.recovery { calls.append((.current, current.call)) }
    if let cancel = description.cancel { calls.append((.cancel, cancel.call)) }
    if let tidy = description.tidy { calls.append((.tidy, tidy.call)) }
    switch description.result {
    case .links(let rule): if let call = rule.call { calls.append((.result, call)) }
    case .pages(let rule): calls.append((.result, rule.call))
    case .answer(let call): calls.append((.result, call))
    case .container: break
    }
    return calls.map { ($0.0, RequestPattern($0.1)) }
  }
}

extension ServiceDescription {
  /// Everything that a service may say of a task of a class, words before rules.
  func states(of kind: StateRule.Class) -> [DescribedServer.TaskState] {
    state.words.filter { $0.value == kind }.keys.sorted().map { .word($0) }
      + state.rules.filter { $0.is == kind }.map { .like($0.when) }
  }
}

/// Where the made-up files of results are.
enum ConformanceLink {
  static let path = "/conformance-file/"
}
