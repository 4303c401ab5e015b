// SPDX-License-Identifier: Apache-2.0

/// Jobs that may start, in lanes by priority. Within a lane apps take turns, and of an app the oldest job starts.
///
/// Higher lanes go first, but none starves: after `share - 1` starts in a row that passed over a lane below, the next
/// start goes to the lane below that was served longest ago. A lane whose jobs are all held back by limits is passed
/// over without losing its turn.
struct ReadyQueue: Sendable {
  /// One of so many starts is for the lanes below, while they wait.
  static let share = 8

  /// Descending by priority.
  private var lanes: [ReadyLane] = []
  private(set) var count = 0
  private var added = 0
  private var taken = 0
  /// Starts in a row that passed over a lane below.
  private var overtakes = 0

  mutating func add(_ job: Int, app: Int, export: Int, priority: Int) {
    let index = lanes.firstIndex { $0.priority <= priority } ?? lanes.count
    if index == lanes.count || lanes[index].priority != priority {
      lanes.insert(ReadyLane(priority: priority), at: index)
    }
    // An empty lane has not waited.
    if lanes[index].count == 0 { lanes[index].servedAt = taken }
    added += 1
    lanes[index].add(.init(job: job, order: added), app: app, export: export)
    count += 1
  }

  /// A limit has room again.
  mutating func wake(_ limit: Capacity.Limit) {
    for index in lanes.indices where lanes[index].count > 0 { lanes[index].wake(limit) }
  }

  /// Takes the next job that nothing hinders; `nil` when all that wait are held back.
  mutating func take(_ hindrance: (_ app: Int, _ export: Int) -> Capacity.Limit?) -> Int? {
    guard count > 0 else { return nil }
    if lanes.count == 1 { return takeFromOnlyLane(hindrance) }
    for index in order() {
      guard let job = lanes[index].take(hindrance) else { continue }
      count -= 1
      taken += 1
      lanes[index].servedAt = taken
      let passesOver = lanes[(index + 1)...].contains { $0.count > 0 }
      let isTurnBelow = overtakes >= Self.share - 1 && lanes[..<index].contains { $0.count > 0 }
      overtakes = passesOver && !isTurnBelow ? overtakes + 1 : 0
      return job
    }
    return nil
  }

  private mutating func takeFromOnlyLane(_ hindrance: (_ app: Int, _ export: Int) -> Capacity.Limit?) -> Int? {
    guard let job = lanes[0].take(hindrance) else { return nil }
    count -= 1
    taken += 1
    lanes[0].servedAt = taken
    overtakes = 0
    return job
  }

  /// Lanes as they are tried.
  private func order() -> [Int] {
    let waiting = lanes.indices.filter { lanes[$0].count > 0 }
    guard overtakes >= Self.share - 1, waiting.count > 1 else { return waiting }
    let below = waiting.dropFirst().sorted { (lanes[$0].servedAt, $0) < (lanes[$1].servedAt, $1) }
    return below + waiting.prefix(1)
  }
}
