// SPDX-License-Identifier: Apache-2.0
import DequeModule

/// Jobs that may start, in turns of their apps: within an app oldest first, between apps one each.
struct ReadyQueue: Sendable {
  private var jobsOfApp: [Int: Deque<Int>] = [:]
  private var turns: Deque<Int> = []
  private(set) var count = 0

  mutating func add(_ job: Int, app: Int) {
    if jobsOfApp[app]?.isEmpty ?? true { turns.append(app) }
    jobsOfApp[app, default: []].append(job)
    count += 1
  }

  /// Takes the next job of an app that `isFree`; `nil` when every waiting app is at its limit.
  mutating func take(where isFree: (_ app: Int) -> Bool) -> Int? {
    for _ in 0..<turns.count {
      guard let app = turns.popFirst() else { return nil }
      guard isFree(app), let job = jobsOfApp[app]?.popFirst() else {
        turns.append(app)
        continue
      }
      count -= 1
      if jobsOfApp[app]?.isEmpty == false { turns.append(app) }
      return job
    }
    return nil
  }

  /// Empties the queue, when nothing more may start.
  mutating func takeAll() -> [Int] {
    defer { self = ReadyQueue() }
    return jobsOfApp.values.flatMap { $0 }.sorted()
  }
}
