// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Draws faults, by chance from the seed and by count.
final class Faults: Sendable {
  private struct State {
    var rules: [FaultRule] = []
    var buckets: [FaultRule.Operation: TokenBucket] = [:]
    /// One for each operation: what strikes its requests follows from their order alone.
    var random: [FaultRule.Operation: CloudRandom] = [:]

    mutating func unit(_ operation: FaultRule.Operation) -> Double { random[operation]?.unit() ?? 0 }
  }

  /// What a throttled API says on an answer.
  struct Throttling: Sendable, Equatable {
    /// Calls that are left at once.
    var remaining: Int
    /// Whole seconds until the next; `nil`: this one may pass.
    var wait: Int?
  }

  private let state: Mutex<State>

  init(_ rules: [FaultRule], seed: UInt64) {
    let streams = FaultRule.Operation.allCases.enumerated().map { ($1, CloudRandom(seed, 77, UInt64($0))) }
    state = Mutex(State(random: Dictionary(uniqueKeysWithValues: streams)))
    replace(rules)
  }

  func replace(_ rules: [FaultRule]) {
    state.withLock { state in
      state.rules = rules
      state.buckets = [:]
      for rule in rules {
        if let rate = rule.rate { state.buckets[rule.operation] = TokenBucket(rate, at: .now) }
      }
    }
  }

  /// The fault that strikes now, when one does.
  func draw(_ operation: FaultRule.Operation, among wanted: Set<FaultRule.Fault>) -> FaultRule.Fault? {
    rule(operation, among: wanted)?.fault
  }

  /// The same with its measure.
  func rule(_ operation: FaultRule.Operation, among wanted: Set<FaultRule.Fault>) -> FaultRule? {
    rule(operation, days: nil) { wanted.contains($0) }
  }

  /// The rules that are on; their counts are what is left, and one that has nothing left is off.
  var rules: [FaultRule] { state.withLock { $0.rules.filter { $0.count != 0 } } }

  /// The longest window that is not too large, when one of so many days is.
  func tooLarge(_ operation: FaultRule.Operation, days: Int) -> Int? {
    rule(operation, days: days) { $0 == .tooLarge }?.days
  }

  private func rule(
    _ operation: FaultRule.Operation, days: Int?, _ isWanted: (FaultRule.Fault) -> Bool
  ) -> FaultRule? {
    state.withLock { state in
      for index in state.rules.indices {
        let rule = state.rules[index]
        guard rule.operation == operation, rule.count != 0, rule.rate == nil, isWanted(rule.fault),
          rule.days.map({ $0 < days ?? 0 }) ?? true, state.unit(operation) < rule.probability
        else { continue }
        if let count = rule.count { state.rules[index].count = count - 1 }
        return rule
      }
      return nil
    }
  }

  /// Counts a call against its rate; `nil` while nothing is throttled.
  func throttle(_ operation: FaultRule.Operation) -> Throttling? {
    state.withLock { state in
      guard !state.buckets.isEmpty else { return nil }
      return state.buckets[operation]?.take(at: .now) ?? Throttling(remaining: Self.plenty)
    }
  }

  /// What is left of calls that no rule counts (contract.md, section 3).
  private static let plenty = 11_999

  /// The page, out of order, with one task twice: of the page before where there is one.
  func shuffled<Element: Sendable>(_ page: [Element], before: Element?) -> [Element] {
    state.withLock { state in
      guard var page = (before ?? page.first).map({ page + [$0] }) else { return page }
      for index in page.indices.dropFirst().reversed() {
        page.swapAt(index, min(index, Int(state.unit(.list) * Double(index + 1))))
      }
      return page
    }
  }
}

/// A rate that is counted: a bucket that holds so many, and is filled evenly.
struct TokenBucket: Sendable {
  private let rate: FaultRule.Rate
  private var left: Double
  private var last: ContinuousClock.Instant

  init(_ rate: FaultRule.Rate, at now: ContinuousClock.Instant) {
    (self.rate, left, last) = (rate, Double(rate.count), now)
  }

  /// Takes one when there is one.
  mutating func take(at now: ContinuousClock.Instant) -> Faults.Throttling {
    let perSecond = Double(rate.count) / Double(rate.seconds)
    left = min(Double(rate.count), left + (now - last) / .seconds(1) * perSecond)
    last = now
    guard left >= 1 else {
      return Faults.Throttling(remaining: 0, wait: max(1, Int(((1 - left) / perSecond).rounded(.up))))
    }
    left -= 1
    return Faults.Throttling(remaining: Int(left))
  }
}
