// SPDX-License-Identifier: Apache-2.0
import DequeModule
import ExportCore

/// At most so many in any span of time; or, where a service begins to count anew at a time of day, since it last did.
/// Not a bucket that fills: no span, wherever it begins, ever holds more.
struct SpanLimit: Sendable {
  private let most: Int
  private let every: Duration
  private let resets: DailyReset?
  /// Ascending; only those that still count.
  private var taken: Deque<Instant> = []

  init(most: Int, every: Duration) { (self.most, self.every, resets) = (most, every, nil) }

  init(_ limit: StartLimit) {
    (most, every, resets) = (limit.most, limit.every, limit.resets.flatMap { DailyReset($0) })
  }

  /// What was taken before, in any order. A clock that was ahead counts as right: nothing waits for a time that was wrong.
  mutating func begin(with earlier: [Instant], at now: Instant) {
    taken = Deque(earlier.map { min($0, now) }.sorted())
    forget(at: now)
  }

  /// `nil` when one more is free now, else when one will be. Takes none.
  mutating func whenFree(at now: Instant) -> Instant? {
    forget(at: now)
    guard taken.count >= most else { return nil }
    return resets?.next(after: now) ?? taken[taken.count - most].advanced(by: every)
  }

  /// Counts one that was free.
  mutating func take(at now: Instant) {
    // A clock that is put back does not make room.
    taken.append(max(now, taken.last ?? now))
  }

  /// One that was taken then came to nothing.
  mutating func giveBack(_ instant: Instant) {
    if let index = taken.lastIndex(of: instant) { taken.remove(at: index) }
  }

  private mutating func forget(at now: Instant) {
    let since = resets?.last(until: now)
    while let first = taken.first {
      guard since.map({ first < $0 }) ?? (first.advanced(by: every) <= now) else { return }
      taken.removeFirst()
    }
  }
}
