// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What is known of a job over all runs: the fold of its events.
public struct JobRecord: Sendable, Equatable {
  public var state: JobState = .planned
  /// The last attempt's number; 0 before the first.
  public var attempt = 0
  /// The service's name of the last attempt's task.
  public var task: String?
  /// When the last attempt's intent was written.
  public var intentAt: Instant?
  /// When its task was made or adopted.
  public var submittedAt: Instant?
  public var runningAt: Instant?
  public var verifiedAt: Instant?
  /// The good result, once there is one; a later failure never removes it.
  public var verification: Verification?
  public var lastFailure: Failure?
  /// How often a good result was replaced by a newer one.
  public var renewals = 0

  public init() {}

  public mutating func apply(_ event: JournalEvent) {
    switch event.kind {
    case .setback, .held: break
    case .queued: if state == .running { state = .submitted }
    case .intent(let number):
      (state, attempt, task, intentAt, submittedAt, runningAt) = (.submitting, number, nil, event.at, nil, nil)
    case .submitted(let number, let id, _), .adopted(let number, let id):
      (state, attempt, task, submittedAt) = (.submitted, number, id, event.at)
    case .absent: (state, task) = (.ready, nil)
    case .refused(_, let failure): (state, task, lastFailure) = (.ready, nil, failure)
    case .running:
      state = .running
      if runningAt == nil { runningAt = event.at }
    case .succeeded: state = .succeeded
    case .taskFailed(_, let failure), .rejected(_, let failure): (state, lastFailure) = (.ready, failure)
    case .verifying: state = .verifying
    case .verified(_, let result):
      if verification != nil { renewals += 1 }
      (state, verification, verifiedAt) = (.verified, result, event.at)
    case .failed(let failure): (state, lastFailure) = (.failed, failure)
    case .skipped: state = .skipped
    case .abandoned(let failure): (state, lastFailure) = (.abandoned, failure)
    }
  }

  /// A task of the last attempt may still be alive or unread at the service: it is looked at before anything else.
  public var hasOpenTask: Bool { state.hasOpenTask }
}
