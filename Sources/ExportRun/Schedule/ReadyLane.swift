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
  /// By app, as far as apps have had jobs.
  private var queues: [Queue] = []
  private var turns: Deque<Int> = []
  private var aside: [Capacity.Limit: Deque<Place>] = [:]

  init(priority: Int) { self.priority = priority }

  mutating func add(_ entry: Entry, app: Int, export: Int) {
    while queues.count <= app { queues.append(Queue()) }
    let index = queues[app].lines.firstIndex { $0.export == export } ?? queues[app].lines.count
    if index == queues[app].lines.count { queues[app].lines.append(Line(export: export)) }
    queues[app].lines[index].entries.append(entry)
    // A new line may have room where the others have none.
    if queues[app].lines[index].entries.count == 1 { bringToTurn(app) }
    count += 1
  }

  private mutating func bringToTurn(_ app: Int) {
    guard !queues[app].isInTurn else { return }
    queues[app].isInTurn = true
    turns.append(app)
  }

  /// A limit has room: the app that has waited for it longest comes to its turn.
  mutating func wake(_ limit: Capacity.Limit) {
    guard !aside.isEmpty, var places = aside.removeValue(forKey: limit) else { return }
    while let place = places.popFirst() {
      let queue = queues[place.app]
      guard !queue.lines.isEmpty, !queue.isInTurn, queue.serial == place.serial else { continue }
      queues[place.app].wokenBy = limit
      bringToTurn(place.app)
      break
    }
    if !places.isEmpty { aside[limit] = places }
  }

  /// Takes the next job that nothing hinders; `nil` when all that wait are held back.
  mutating func take(_ hindrance: (_ app: Int, _ export: Int) -> Capacity.Limit?) -> Int? {
    while let app = turns.popFirst() {
      queues[app].isInTurn = false
      guard !queues[app].lines.isEmpty else { continue }
      var hindrances: [Capacity.Limit] = []
      var oldest: (line: Int, order: Int)?
      for index in queues[app].lines.indices {
        if let limit = hindrance(app, queues[app].lines[index].export) {
          hindrances.append(limit)
        } else if oldest.map({ queues[app].lines[index].order < $0.order }) ?? true {
          oldest = (index, queues[app].lines[index].order)
        }
      }
      guard let line = oldest?.line, let entry = queues[app].lines[line].entries.popFirst() else {
        setAside(app, hindrances)
        continue
      }
      leaveTurn(app, after: line)
      count -= 1
      return entry.job
    }
    return nil
  }

  /// An app has had its turn, by a job of one of its lines.
  private mutating func leaveTurn(_ app: Int, after line: Int) {
    if let woken = queues[app].wokenBy, woken.isUsed(by: queues[app].lines[line].export) { queues[app].wokenBy = nil }
    if queues[app].lines[line].entries.isEmpty { queues[app].lines.remove(at: line) }
    guard queues[app].lines.isEmpty else { return bringToTurn(app) }
    let unused = queues[app].wokenBy
    queues[app].wokenBy = nil
    passOn(unused)
  }

  private mutating func setAside(_ app: Int, _ hindrances: [Capacity.Limit]) {
    // Where the room is gone again, those who wait for it need not be asked.
    let unused = queues[app].wokenBy.flatMap { hindrances.contains($0) ? nil : $0 }
    queues[app].serial += 1
    queues[app].wokenBy = nil
    for limit in hindrances { aside[limit, default: []].append(Place(app: app, serial: queues[app].serial)) }
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
