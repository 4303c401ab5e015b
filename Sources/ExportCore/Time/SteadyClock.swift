// SPDX-License-Identifier: Apache-2.0

/// The time of day when it was made, and what has passed since by the system's continuous clock, sleep of the machine
/// included: a wall clock that is set meanwhile neither stops a timer nor lets one pass early.
public struct SteadyClock: Clock {
  public typealias Instant = ExportCore.Instant

  private let start: Instant
  private let began: ContinuousClock.Instant

  public init() {
    start = WallClock().now
    began = ContinuousClock().now
  }

  public var now: Instant { start.advanced(by: began.duration(to: ContinuousClock().now)) }

  public var minimumResolution: Duration { .milliseconds(1) }

  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let pause = now.duration(to: deadline)
    guard pause > .zero else { return try Task.checkCancellation() }
    // The clock counts whole milliseconds: one more, so that the instant has come when the sleep is over.
    try await ContinuousClock().sleep(for: pause + .milliseconds(1), tolerance: tolerance)
  }
}
