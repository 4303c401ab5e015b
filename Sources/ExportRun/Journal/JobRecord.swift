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
  /// When the last attempt's task was seen to have succeeded.
  public var succeededAt: Instant?
  public var verifiedAt: Instant?
  /// The good result, once there is one; a later failure never removes it.
  public var verification: Verification?
  public var lastFailure: Failure?
  /// How often a good result was replaced by a newer one.
  public var renewals = 0
  /// Why a good result is wanted once more; `nil` when nobody asked.
  public var wanted: Due?
  /// What the job was split into, when its window was too large.
  public var parts: [JobPart]?
  /// Tasks of earlier attempts, by the service's names, where attempts are told apart by nothing else.
  public var pastTasks: [String] = []

  public init() {}

  public mutating func apply(_ event: JournalEvent) {
    switch event.kind {
    case .setback, .held: break
    case .queued: if state == .running { state = .submitted }
    case .intent(let number):
      if let task { pastTasks.append(task) }
      (state, attempt, task, intentAt, submittedAt, runningAt) = (.submitting, number, nil, event.at, nil, nil)
      (succeededAt, parts) = (nil, nil)
    case .submitted(let number, let id, _), .adopted(let number, let id):
      (state, attempt, task, submittedAt) = (.submitted, number, id, event.at)
    case .absent, .unknowable: (state, task) = (.ready, nil)
    case .refused(_, let failure): (state, task, lastFailure) = (.ready, nil, failure)
    case .running:
      state = .running
      if runningAt == nil { runningAt = event.at }
    case .succeeded: (state, succeededAt) = (.succeeded, event.at)
    case .taskFailed(_, let failure), .rejected(_, let failure): (state, lastFailure) = (.ready, failure)
    case .verifying: state = .verifying
    case .verified(_, let result):
      if verification != nil { renewals += 1 }
      (state, verification, verifiedAt, wanted) = (.verified, result, event.at, nil)
    case .failed(let failure): (state, lastFailure) = (.failed, failure)
    case .skipped: state = .skipped
    case .abandoned(let failure): (state, lastFailure) = (.abandoned, failure)
    case .cancelled: state = .cancelled
    case .split(let number, let parts): (state, attempt, self.parts) = (.split, number, parts)
    case .wanted(let reason): wanted = reason.isDue ? reason : nil
    }
  }

  /// A task of the last attempt may still be alive or unread at the service: it is looked at before anything else.
  public var hasOpenTask: Bool { state.hasOpenTask }
}
