// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Something of a run that is not of one job, as the journal keeps it.
public struct RunNote: Sendable, Equatable {
  public var at: Instant
  public var notice: Scheduler.Notice

  public init(_ notice: Scheduler.Notice, at: Instant) { (self.notice, self.at) = (notice, at) }
}
