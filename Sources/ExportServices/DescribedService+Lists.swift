// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A task as a list shows it.
struct ListedTask: Sendable {
  /// `nil`: the item has none that can be read.
  var id: String?
  var created: Instant?
  var item: JSONValue
  var status: TaskStatus
}

extension DescribedService {
  /// Reads a list page by page, for as long as `goesOn` says.
  /// - Returns: whether it came to an end, by the list or by `goesOn`, within so many pages.
  /// - Throws: what is no list is an error, never an empty page.
  func read(
    _ rule: TaskListRule, _ scope: Scope, pages: Int, _ goesOn: ([ListedTask]) -> Bool
  ) async throws -> Bool {
    var request = try fill(rule.call, scope)
    var asked: Set<String> = [request.url]
    for _ in 0..<pages {
      let (answer, requestID) = try await call(request, .list)
      guard case .array(let items)? = rule.each.value(in: answer) else {
        throw ServiceError(
          .again, "the list of tasks cannot be read (request \(requestID))", status: answer.head.status,
          requestID: requestID)
      }
      let tasks = items.map { item in
        ListedTask(
          id: item.id(at: rule.id), created: rule.created.flatMap { item.instant(at: $0) }, item: item,
          status: status(of: item, in: answer, requestID: requestID))
      }
      guard goesOn(tasks) else { return true }
      guard let link = rule.next?.text(in: answer), !link.isEmpty else { return true }
      let next = link.hasPrefix("/") && !link.hasPrefix("//") ? base + link : link
      // A token goes nowhere else.
      guard next.hasPrefix(base + "/") else {
        throw ServiceError(.never, "the list goes on at another host than the service's")
      }
      guard asked.insert(next).inserted else {
        throw ServiceError(.again, "the list of tasks goes round in a circle (request \(requestID))")
      }
      (request.url, request.body) = (next, nil)
    }
    return false
  }

  public func poll(_ tasks: [TaskReference]) async throws -> [FoundTask] {
    guard let rule = description.list, let page = rule.page else {
      throw ServiceError(.never, "the service has no list of tasks")
    }
    var found: [FoundTask] = []
    for (app, tasks) in Dictionary(grouping: tasks, by: \.appParameters) {
      found += try await poll(Set(tasks.map(\.id)), of: app, rule, page: page)
    }
    return found.sorted { $0.id < $1.id }
  }

  private func poll(
    _ wanted: Set<String>, of app: [String: JSONValue], _ rule: TaskListRule, page: Int
  ) async throws -> [FoundTask] {
    var seen = TaskSightings()
    // Tasks of others stand between ours: a few pages more than ours fill are read, and what is not seen by then is
    // not worth as many requests.
    let pages = (wanted.count + page - 1) / page + Self.otherPages
    _ = try await read(rule, Scope(parameters: parameters, app: app), pages: pages) { tasks in
      for task in tasks where task.id.map({ wanted.contains($0) }) ?? false { seen.add(task) }
      return seen.count < wanted.count
    }
    return seen.tasks
  }
}

/// Tasks that were seen on pages, each once. A list that changes while it is read shows some of them again, and an
/// end that was seen stays.
struct TaskSightings {
  private var places: [String: Int] = [:]
  private var all: [(created: Instant?, task: FoundTask)] = []

  var count: Int { all.count }

  /// A task without an id is not kept.
  mutating func add(_ task: ListedTask) {
    guard let id = task.id else { return }
    guard let place = places[id] else {
      places[id] = all.count
      return all.append((task.created, FoundTask(id: id, status: task.status)))
    }
    if !all[place].task.status.isFinal { all[place].task.status = task.status }
  }

  /// As they came.
  var tasks: [FoundTask] { all.map(\.task) }

  /// Newest first; those without a time as they came, behind the others.
  var newestFirst: [FoundTask] {
    all.enumerated().sorted { a, b in
      switch (a.element.created, b.element.created) {
      case (let x?, let y?) where x != y: x > y
      case (nil, _?): false
      case (_?, nil): true
      default: a.offset < b.offset
      }
    }.map(\.element.task)
  }
}

extension JSONValue {
  /// A text that is not empty, or a whole number as text.
  func id(at pointer: String) -> String? {
    guard let value = at(pointer: pointer) else { return nil }
    if let text = value.string { return text.isEmpty ? nil : text }
    return value.int.map(String.init)
  }

  func instant(at pointer: String) -> Instant? { at(pointer: pointer).flatMap { Instant(told: $0) } }
}
