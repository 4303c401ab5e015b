// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The time of day. Sleeps are measured on the system's continuous clock, so that a wall clock that is set during a
/// sleep neither cuts it short nor draws it out.
public struct WallClock: Clock {
  public typealias Instant = ExportCore.Instant

  public init() {}

  public var now: Instant {
    Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }

  public var minimumResolution: Duration { .milliseconds(1) }

  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let pause = now.duration(to: deadline)
    guard pause > .zero else { return try Task.checkCancellation() }
    try await ContinuousClock().sleep(for: pause, tolerance: tolerance)
  }
}
