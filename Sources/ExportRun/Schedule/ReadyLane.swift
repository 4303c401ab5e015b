// SPDX-License-Identifier: Apache-2.0
import DequeModule

/// Jobs of one priority that may start, in turns of their apps: between apps one each, within an app oldest first
/// among those whose limits have room.
///
/// An app all of whose jobs are held back by limits is set aside until one of these has room again, so that a start
/// costs the same however many apps and jobs wait.
struct ReadyLane: Sendable {
  struct Entry: Sendable {
    var job: Int
    /// In which jobs became ready.
    var order: Int
  }

  /// Jobs of one app and one export, oldest first.
  fileprivate struct Line: Sendable {
    let export: Int
    var entries: Deque<Entry> = []
  }

  /// What waits of one app.
  private struct Queue: Sendable {
    var lines: [Line] = []
    /// It has a place in `turns`.
    var isInTurn = false
    /// Tells a place in `aside` that still counts from one that was left.
    var serial = 0
    /// The limit whose room brought it to its turn, until it has used that.
    var wokenBy: Capacity.Limit?
  }

  /// An app that waits for room.
  private struct Place: Sendable {
    let app: Int
    let serial: Int
  }

  let priority: Int
  /// By the queue's count of starts.
  var servedAt = 0
  private(set) var count = 0
  private var queues: [Int: Queue] = [:]
  private var turns: Deque<Int> = []
  private var aside: [Capacity.Limit: Deque<Place>] = [:]

  init(priority: Int) { self.priority = priority }

  mutating func add(_ entry: Entry, app: Int, export: Int) {
    var queue = queues.removeValue(forKey: app) ?? Queue()
    let index = queue.lines.firstIndex { $0.export == export } ?? queue.lines.count
    if index == queue.lines.count { queue.lines.append(Line(export: export)) }
    queue.lines[index].entries.append(entry)
    // A new line may have room where the others have none.
    if queue.lines[index].entries.count == 1, !queue.isInTurn {
      queue.isInTurn = true
      turns.append(app)
    }
    queues[app] = queue
    count += 1
  }

  /// A limit has room: the app that has waited for it longest comes to its turn.
  mutating func wake(_ limit: Capacity.Limit) {
    guard var places = aside.removeValue(forKey: limit) else { return }
    while let place = places.popFirst() {
      guard var queue = queues.removeValue(forKey: place.app) else { continue }
      let counts = !queue.isInTurn && queue.serial == place.serial
      if counts {
        queue.isInTurn = true
        queue.wokenBy = limit
        turns.append(place.app)
      }
      queues[place.app] = queue
      if counts { break }
    }
    if !places.isEmpty { aside[limit] = places }
  }

  /// Takes the next job that nothing hinders; `nil` when all that wait are held back.
  mutating func take(_ hindrance: (_ app: Int, _ export: Int) -> Capacity.Limit?) -> Int? {
    while let app = turns.popFirst() {
      guard var queue = queues.removeValue(forKey: app) else { continue }
      queue.isInTurn = false
      var hindrances: [Capacity.Limit] = []
      var oldest: Int?
      for index in queue.lines.indices {
        if let limit = hindrance(app, queue.lines[index].export) {
          hindrances.append(limit)
        } else if oldest.map({ queue.lines[index].order < queue.lines[$0].order }) ?? true {
          oldest = index
        }
      }
      guard let line = oldest, let entry = queue.lines[line].entries.popFirst() else {
        setAside(app, queue, hindrances)
        continue
      }
      if let woken = queue.wokenBy, woken.isUsed(by: queue.lines[line].export) { queue.wokenBy = nil }
      if queue.lines[line].entries.isEmpty { queue.lines.remove(at: line) }
      if queue.lines.isEmpty {
        passOn(queue.wokenBy)
      } else {
        queue.isInTurn = true
        turns.append(app)
        queues[app] = queue
      }
      count -= 1
      return entry.job
    }
    return nil
  }

  private mutating func setAside(_ app: Int, _ queue: Queue, _ hindrances: [Capacity.Limit]) {
    var queue = queue
    // Where the room is gone again, those who wait for it need not be asked.
    let unused = queue.wokenBy.flatMap { hindrances.contains($0) ? nil : $0 }
    queue.serial += 1
    queue.wokenBy = nil
    for limit in hindrances { aside[limit, default: []].append(Place(app: app, serial: queue.serial)) }
    queues[app] = queue
    passOn(unused)
  }

  /// Room that an app was woken for and did not use is for the next that waits for it.
  private mutating func passOn(_ limit: Capacity.Limit?) {
    if let limit { wake(limit) }
  }
}

extension Capacity.Limit {
  /// A task of an app that has waited for the limit takes of its room when it is of this export.
  fileprivate func isUsed(by export: Int) -> Bool {
    switch self {
    case .app, .shared: true
    case .export(let own), .appOfExport(let own, _): own == export
    }
  }
}

extension ReadyLane.Line {
  /// Of the oldest entry.
  fileprivate var order: Int { entries.first?.order ?? 0 }
}
