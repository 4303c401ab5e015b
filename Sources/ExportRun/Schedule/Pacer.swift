// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A rate of calls: a bucket that holds one second's worth and fills evenly. A clock that is put back stops it for a
/// second at most.
struct Pacer: Sendable {
  private var perSecond: Double?
  private var tokens: Double
  private var filledAt: Instant?

  init(perSecond: Double?) {
    self.perSecond = perSecond
    tokens = max(1, perSecond ?? 1)
  }

  /// Takes one call, or says when one will be free.
  mutating func take(at now: Instant) -> Instant? {
    if let free = whenFree(at: now) { return free }
    tokens -= 1
    return nil
  }

  /// `nil` when a call is free now, else when one will be. Takes none.
  mutating func whenFree(at now: Instant) -> Instant? {
    guard let perSecond else { return nil }
    fill(at: now)
    guard tokens < 1 else { return nil }
    return now.advanced(by: .milliseconds(Int64(((1 - tokens) / perSecond * 1000).rounded(.up))))
  }

  /// Goes on at another rate.
  mutating func setRate(_ rate: Double, at now: Instant) {
    fill(at: now)
    perSecond = rate
    tokens = min(tokens, max(1, rate))
  }

  private mutating func fill(at now: Instant) {
    if let perSecond, let filledAt, filledAt < now {
      tokens = min(max(1, perSecond), tokens + filledAt.duration(to: now).inSeconds * perSecond)
    }
    filledAt = now
  }
}
