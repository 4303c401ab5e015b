// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A task as a list shows it.
struct ListedTask: Sendable {
  /// `nil`: the item has none that can be read.
  var id: String?
  var created: Instant?
  var item: JSONValue
  var status: TaskStatus
  /// The steps that set it going are still to be sent.
  var isMade = false
}

extension DescribedService {
  /// Reads a list page by page, for as long as `goesOn` says.
  /// - Parameter wanted: tasks that are told to `goesOn`; `nil`: all.
  /// - Returns: whether it came to an end, by the list or by `goesOn`, within so many pages.
  /// - Throws: what is no list is an error, never an empty page.
  func read(
    _ rule: TaskListRule, _ scope: Scope, pages: Int, of wanted: Set<String>? = nil,
    _ goesOn: ([ListedTask]) throws -> Bool
  ) async throws -> Bool {
    var list = ListPages(try fill(rule.call, scope), rule.next, base: base)
    for _ in 0..<pages {
      let (answer, requestID) = try await call(list.request, .list)
      guard let items = rule.each.elements(in: answer) else {
        throw unreadable("the list of tasks cannot be read", answer, requestID)
      }
      let tasks: [ListedTask] = items.compactMap { item in
        let id = item.json.id(at: rule.id)
        if let wanted, !(id.map { wanted.contains($0) } ?? false) { return nil }
        let seen = seen(item, in: answer, requestID: requestID)
        return ListedTask(
          id: id, created: rule.created.flatMap { item.json.instant(at: $0) }, item: item.json,
          status: seen.status, isMade: seen.isMade)
      }
      guard try goesOn(tasks), try list.turn(after: answer, requestID: requestID) else { return true }
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
    var made: Set<String> = []
    // Tasks of others stand between ours: a few pages more than ours fill are read, and what is not seen by then is
    // not worth as many requests.
    let pages = (wanted.count + page - 1) / page + Self.otherPages
    _ = try await read(rule, scope(ofApp: app), pages: pages, of: wanted) { tasks in
      for task in tasks {
        seen.add(task)
        if task.isMade, let id = task.id { made.insert(id) }
      }
      return seen.count < wanted.count
    }
    // A made task is left out: its own look says where it stands, and sets it going.
    return seen.tasks.filter { !made.contains($0.id) }
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
