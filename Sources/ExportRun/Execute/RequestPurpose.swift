// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a request is sent for. Who sends it asks; what is sent for a job on the way, such as for a token, counts as its.
public struct RequestPurpose: Sendable, Equatable {
  /// Of the task that runs; `nil`: nothing that a run does.
  @TaskLocal public static var present: RequestPurpose?

  public var step: JournalEvent.Step?
  /// `nil`: for several jobs.
  public var key: JobKey?
  public var attempt: Int?

  public init(_ step: JournalEvent.Step?, of key: JobKey? = nil, attempt: Int? = nil) {
    (self.step, self.key, self.attempt) = (step, key, attempt)
  }
}
