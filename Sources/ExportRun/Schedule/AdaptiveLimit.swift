// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// How many live tasks a service bears: it begins at the limit, is halved when the service says that it is too much, and
/// grows by one for each so many tasks that were accepted since ("additive increase, multiplicative decrease").
struct AdaptiveLimit: Sendable {
  /// Refusals of requests that were on their way together count as one.
  static let calm: Duration = .seconds(1)

  let most: Int
  private var value: Double
  private var loweredAt: Instant?

  init(most: Int) {
    self.most = most
    value = Double(most)
  }

  /// At least 1.
  var present: Int { max(1, Int(value)) }

  mutating func accepted() { if value < Double(most) { value = min(Double(most), value + 1 / max(value, 1)) } }

  /// - Parameter active: live tasks at present: a limit far above them would be halved in vain.
  mutating func refused(active: Int, at now: Instant) {
    if let loweredAt, loweredAt.duration(to: now) < Self.calm { return }
    loweredAt = now
    value = max(1, min(value, Double(max(active, 1))) / 2)
  }
}

/// How many requests a second a service bears: as many as the limit allows, until it throttles; then half of what it
/// was sent, and one more for each second without a refusal.
struct AdaptiveRate: Sendable {
  private let most: Double?
  /// `nil`: nothing is known but the limit.
  private var learned: Double?
  private var changedAt: Instant?
  private var sentSince: Instant?
  private var sent = 0
  /// In the last whole second that was counted.
  private var seen = 0.0
  private var bucket: Pacer

  init(perSecond: Double?) {
    most = perSecond
    bucket = Pacer(perSecond: perSecond)
  }

  /// `nil` when a call is free now, else when one will be. Takes none.
  mutating func whenFree(at now: Instant) -> Instant? {
    recover(at: now)
    return bucket.whenFree(at: now)
  }

  /// Counts a call that was free.
  mutating func take(at now: Instant) {
    _ = bucket.take(at: now)
    guard let since = sentSince, since.duration(to: now) < .seconds(1) else {
      if sentSince != nil { seen = Double(sent) }
      (sentSince, sent) = (now, 1)
      return
    }
    sent += 1
  }

  /// The service says that it is too much, or nearly.
  mutating func throttled(at now: Instant) {
    if learned != nil, let changedAt, changedAt.duration(to: now) < AdaptiveLimit.calm { return }
    let present = learned ?? max(seen, Double(sent), 1)
    learn(max(0.1, min(present, most ?? .infinity) / 2), at: now)
  }

  private mutating func recover(at now: Instant) {
    guard let rate = learned, let changedAt else { return }
    let passed = changedAt.duration(to: now).inSeconds
    guard passed >= 1 else { return }
    let grown = rate + passed
    // Where no limit is declared, more than a hundred a second is none any more.
    guard let most, grown >= most else {
      if most == nil, grown > 100 {
        (learned, bucket) = (nil, Pacer(perSecond: nil))
        return
      }
      return learn(grown, at: now)
    }
    (learned, bucket) = (nil, Pacer(perSecond: most))
  }

  private mutating func learn(_ rate: Double, at now: Instant) {
    (learned, changedAt) = (rate, now)
    bucket.setRate(rate, at: now)
  }
}
