// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

/// A way to read several tasks, or to look for a lost one.
struct ConformanceLookup: Sendable {
  /// The request that is sent.
  var call: DescribedServer.Call
  /// What points at the list in an answer, where that is a pointer into JSON.
  var pointer: String?
  var tasks: @Sendable (TaskReference, TaskOrder) async throws -> [FoundTask]

  /// The oddity is a list as the description has them.
  func takes(_ oddity: ConformanceOddity) -> Bool { call == .list && oddity.isList(of: pointer) }
}

extension ConformanceBench {
  /// Every way in which the description is of use for that. A list that nothing reads is none.
  var lookups: [ConformanceLookup] {
    let since = Instant(seconds: 1_800_000_000)
    let find: @Sendable (TaskReference, TaskOrder) async throws -> [FoundTask] = { _, order in
      try await service.find(lookup(order, since: since))
    }
    var pointer: String?
    if case .body(let text)? = description.list?.each { pointer = text }
    var lookups: [ConformanceLookup] = []
    if description.traits.listPage != nil {
      lookups.append(
        ConformanceLookup(call: .list, pointer: pointer) { task, _ in try await service.poll([task]) })
    }
    switch description.recovery {
    case .named: lookups.append(ConformanceLookup(call: .poll, tasks: find))
    case .single(.some, _): lookups.append(ConformanceLookup(call: .current, tasks: find))
    case .marked, .single, .lookalike: lookups.append(ConformanceLookup(call: .list, pointer: pointer, tasks: find))
    case .token, .blind: break
    }
    return lookups
  }

  /// Requests, and what sends them. Those of one submit, or of one look, come in their order.
  var requests: [(verb: Verb, call: DescribedServer.Call)] {
    var requests: [(verb: Verb, call: DescribedServer.Call)] = []
    for index in description.submit.preparing.indices { requests.append((.submit, .prepare(index))) }
    requests += [(.submit, .make), (.poll, .poll)]
    // A step after the task is sent by the look that finds it made.
    for index in description.submit.finishing.indices { requests.append((.poll, .finish(index))) }
    let calls = Set(lookups.map(\.call))
    if calls.contains(.list) { requests.append((.list, .list)) }
    if calls.contains(.current) { requests.append((.list, .current)) }
    if description.cancel != nil { requests.append((.cancel, .cancel)) }
    if server.patterns.contains(where: { $0.call == .result }) { requests.append((.fetch, .result)) }
    if description.tidy != nil { requests.append((.tidy, .tidy)) }
    return requests
  }

  /// Makes the service send one request.
  /// - Returns: what it tells of tasks.
  @discardableResult
  func ask(
    _ verb: Verb, _ call: DescribedServer.Call? = nil, _ task: TaskReference, _ order: TaskOrder
  ) async throws -> [TaskStatus] {
    switch verb {
    case .submit: _ = try await service.submit(order)
    case .poll:
      if case .finish? = call {
        server.change(task.id) { ($0.state, $0.isStarted) = (server.firstState, false) }
      }
      return [try await service.poll(task)]
    case .list:
      var told: [TaskStatus] = []
      for lookup in lookups where lookup.call == call { told += try await lookup.tasks(task, order).map(\.status) }
      return told
    case .cancel: return [try await service.cancel(task)]
    case .tidy: try await service.tidy(task)
    case .fetch:
      try await service.source(of: task, status: TaskStatus(.succeeded)).files { _, body in
        while try await body.next() != nil {}
      }
    }
    return []
  }

  /// A status that a refusal may have which names none.
  func status(of verb: Verb) -> Int {
    switch verb {
    case .submit: description.submit.making.statuses.min() ?? 200
    // What comes with a good status may be a file.
    case .fetch: 403
    case .poll, .list, .cancel, .tidy: 200
    }
  }

  /// The task is done at the service.
  func finish(_ task: TaskReference) {
    if let done = description.states(of: .done).first { server.change(task.id) { $0.state = done } }
  }
}
