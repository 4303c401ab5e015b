// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Something of a run that is not of one job, as the journal keeps it.
public struct RunNote: Sendable, Equatable {
  public var at: Instant
  /// How many events of the run stand before it.
  public var after: Int
  public var notice: Scheduler.Notice

  public init(_ notice: Scheduler.Notice, at: Instant, after: Int = 0) {
    (self.notice, self.at, self.after) = (notice, at, after)
  }
}
