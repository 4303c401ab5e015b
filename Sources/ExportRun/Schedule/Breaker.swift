// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Keeps a run from asking a service that does not answer: open after so many failures in a row, then one request at a
/// time probes whether it answers again, at pauses that grow.
struct Breaker: Sendable {
  /// Failures in a row that open it.
  static let threshold = 10
  static let pauseFirst: Duration = .seconds(1)
  static let pauseMost: Duration = .seconds(60)

  enum Change: Sendable, Equatable {
    case opened
    /// After so long.
    case closed(after: Duration)
  }

  private var failures = 0
  private var pause = pauseFirst
  /// `nil`: it is closed, and requests may go.
  private(set) var openedAt: Instant?
  private var probeAt: Instant?
  private var isProbing = false

  var isOpen: Bool { openedAt != nil }

  /// `nil` when a request may go now, else when to ask again.
  func whenFree(at now: Instant) -> Instant? {
    guard openedAt != nil, let probeAt else { return nil }
    if isProbing { return max(probeAt, now).advanced(by: pause) }
    return probeAt > now ? probeAt : nil
  }

  /// A request goes.
  mutating func sent() { if isOpen { isProbing = true } }

  /// What was to go was not sent after all, or says nothing of the service.
  mutating func unsent() { isProbing = false }

  /// The service answered, with whatever.
  mutating func answered(at now: Instant) -> Change? {
    failures = 0
    guard let openedAt else { return nil }
    self = Breaker()
    return .closed(after: openedAt.duration(to: now))
  }

  /// A request failed in a way that the next would as well.
  mutating func failed(at now: Instant) -> Change? {
    failures += 1
    if isOpen {
      guard isProbing else { return nil }
      isProbing = false
      pause = min(pause * 2, Self.pauseMost)
      probeAt = now.advanced(by: pause)
      return nil
    }
    guard failures >= Self.threshold else { return nil }
    openedAt = now
    probeAt = now.advanced(by: pause)
    return .opened
  }
}
