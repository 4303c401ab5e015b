// SPDX-License-Identifier: Apache-2.0
import GRDB

extension CloudStore {
  /// The most tasks that were live at once: made, and not at their end. From what is on disk, so that it holds over
  /// restarts; an end comes before what is made in the same millisecond.
  func mostLive() throws -> LivePeaks {
    let apps = Dictionary(uniqueKeysWithValues: try apps().map { ($0.id, $0.app) })
    let steps = try pool.read { db in
      var steps: [(at: Int64, change: Int, app: Int64, key: String?)] = []
      let rows = try Row.fetchCursor(db, sql: "SELECT created, completed, app, description FROM task")
      while let row = try rows.next() {
        let key = (row[3] as String?).flatMap { TaskMark($0)?.key }
        steps.append((row[0], 1, row[2], key))
        if let completed = row[1] as Int64? { steps.append((completed, -1, row[2], key)) }
      }
      return steps.sorted { ($0.at, $0.change) < ($1.at, $1.change) }
    }
    var peaks = LivePeaks()
    for step in steps {
      peaks.all.add(step.change)
      peaks.byApp[apps[step.app]?.path ?? "", default: Peak()].add(step.change)
      peaks.byCollection[apps[step.app]?.collectionPath ?? "", default: Peak()].add(step.change)
      if let key = step.key { peaks.byKey[key, default: Peak()].add(step.change) }
    }
    return peaks
  }

  func countTasks() throws -> (all: Int, byDescription: [String: Int]) {
    try pool.read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT coalesce(description, ''), count(*) FROM task GROUP BY 1")
      let counts = Dictionary(rows.map { ($0[0] as String, $0[1] as Int) }, uniquingKeysWith: +)
      return (counts.values.reduce(0, +), counts)
    }
  }
}

/// How many were live at once, at most.
struct LivePeaks: Sendable {
  var all = Peak()
  var byApp: [String: Peak] = [:]
  var byCollection: [String: Peak] = [:]
  var byKey: [String: Peak] = [:]
}

struct Peak: Sendable {
  private var now = 0
  private(set) var most = 0

  mutating func add(_ change: Int) {
    now += change
    most = max(most, now)
  }
}

/// What this program's client writes into a description: `outhaul:1:KEY:ATTEMPT`.
struct TaskMark {
  let key: String

  /// `nil` for any other text.
  init?(_ description: String) {
    let parts = description.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "outhaul", parts[1] == "1", Int(parts[3]) != nil else { return nil }
    key = String(parts[2])
  }
}
