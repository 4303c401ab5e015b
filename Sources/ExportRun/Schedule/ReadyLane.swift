// SPDX-License-Identifier: Apache-2.0
import DequeModule

/// Jobs of one priority that may start, in turns of their apps: between apps one each, within an app oldest first
/// among those whose export has room.
struct ReadyLane: Sendable {
  struct Entry: Sendable {
    var job: Int
    /// In which jobs became ready.
    var order: Int
  }

  /// Jobs of one app and one export, oldest first.
  private struct Line: Sendable {
    let export: Int
    var entries: Deque<Entry> = []
  }

  let priority: Int
  /// By the queue's count of starts.
  var servedAt = 0
  private(set) var count = 0
  private var linesOfApp: [Int: [Line]] = [:]
  private var turns: Deque<Int> = []
  /// By export; none without jobs.
  private var countOfExport: [Int: Int] = [:]

  init(priority: Int) { self.priority = priority }

  mutating func add(_ entry: Entry, app: Int, export: Int) {
    var lines = linesOfApp.removeValue(forKey: app) ?? []
    if lines.isEmpty { turns.append(app) }
    let index = lines.firstIndex { $0.export == export } ?? lines.count
    if index == lines.count { lines.append(Line(export: export)) }
    lines[index].entries.append(entry)
    linesOfApp[app] = lines
    countOfExport[export, default: 0] += 1
    count += 1
  }

  /// See `ReadyQueue.take`.
  mutating func take(
    from isOpen: (_ export: Int) -> Bool, where isFree: (_ app: Int, _ export: Int) -> Bool
  ) -> Int? {
    guard countOfExport.keys.contains(where: isOpen) else { return nil }
    for _ in 0..<turns.count {
      guard let app = turns.popFirst() else { return nil }
      guard let job = take(of: app, where: isFree) else {
        turns.append(app)
        continue
      }
      if linesOfApp[app] != nil { turns.append(app) }
      count -= 1
      return job
    }
    return nil
  }

  private mutating func take(of app: Int, where isFree: (_ app: Int, _ export: Int) -> Bool) -> Int? {
    guard var lines = linesOfApp.removeValue(forKey: app) else { return nil }
    defer { if !lines.isEmpty { linesOfApp[app] = lines } }
    let free = lines.indices.filter { isFree(app, lines[$0].export) }
    let oldest = free.min { (lines[$0].entries.first?.order ?? 0) < (lines[$1].entries.first?.order ?? 0) }
    guard let oldest, let entry = lines[oldest].entries.popFirst() else { return nil }
    let export = lines[oldest].export
    if lines[oldest].entries.isEmpty { lines.remove(at: oldest) }
    let left = (countOfExport[export] ?? 1) - 1
    countOfExport[export] = left > 0 ? left : nil
    return entry.job
  }
}
