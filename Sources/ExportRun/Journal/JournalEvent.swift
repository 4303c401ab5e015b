// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// One thing that happened, as the journal keeps it for ever. State, ledger, status and report are folded from these.
public struct JournalEvent: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// About to ask the service for a task. Durable before the request leaves.
    case intent(attempt: Int)
    /// The service answered with a task.
    case submitted(attempt: Int, task: String, requestID: String?)
    /// A task was found by its mark and is ours.
    case adopted(attempt: Int, task: String)
    /// The service holds no task of the attempt.
    case absent(attempt: Int)
    /// Whether the service made a task of the attempt, nobody can say: it cannot be asked. The next one may be a second.
    case unknowable(attempt: Int)
    /// The service refused to make the task; none exists.
    case refused(attempt: Int, Failure)
    /// The task waits in the service's queue.
    case queued
    case running
    /// The task is in a state that the description does not name.
    case held(state: String)
    case succeeded(attempt: Int)
    /// The task ended without success, or is gone.
    case taskFailed(attempt: Int, Failure)
    /// The artifacts are being fetched and checked.
    case verifying(attempt: Int)
    case verified(attempt: Int, Verification)
    /// The artifacts are not good; the attempt has failed.
    case rejected(attempt: Int, Failure)
    /// A step failed for now and will be tried again.
    case setback(step: Step, Failure)
    /// The job is over in this run.
    case failed(Failure)
    /// - Parameter isStop: the job did not wait for the other, whose failure made the export stop.
    case skipped(because: JobKey, isStop: Bool = false)
    case abandoned(Failure)
    /// The service has confirmed that the attempt's task is stopped.
    case cancelled(attempt: Int)
    /// The window is too large for the service: the job is done when these are.
    case split(attempt: Int, [JobPart])
    /// What is good already is wanted once more, for a reason that the ledger cannot see in the plan; or no longer, when
    /// that is no reason to do it: `verify` has found again what it missed.
    case wanted(Due)

    /// `verify` said it, between two runs.
    var isOfNoRun: Bool { self == .wanted(.artifactMissing) || self == .wanted(.alreadyExported) }

    /// What went wrong, when something did.
    public var failure: Failure? {
      switch self {
      case .refused(_, let failure), .taskFailed(_, let failure), .rejected(_, let failure), .setback(_, let failure),
        .failed(let failure), .abandoned(let failure):
        failure
      default: nil
      }
    }
  }

  /// What was being done.
  public enum Step: String, Sendable, Equatable {
    case submit, find, poll, verify, cancel
  }

  public var at: Instant
  public var key: JobKey
  public var kind: Kind

  public init(_ kind: Kind, of key: JobKey, at: Instant) { (self.kind, self.key, self.at) = (kind, key, at) }
}

/// A part of a job whose window a service can do only in parts: a job with a key of its own.
public struct JobPart: Sendable, Equatable {
  public var key: JobKey
  public var window: Window
  public var label: String
  public var sent: SentWindow

  public init(key: JobKey, window: Window, label: String, sent: SentWindow) {
    (self.key, self.window, self.label, self.sent) = (key, window, label, sent)
  }
}

/// Why something did not work, for people and for grouping by cause.
public struct Failure: Sendable, Equatable, Error {
  /// A closed list: what the report groups by, and what decides the exit code.
  public enum Cause: String, Sendable, Equatable, CaseIterable {
    case refused, throttled, credential, unreachable, taskFailed, taskGone, artifact, storage, disk, deadline, service
    /// Several tasks may be the one whose answer was lost.
    case ambiguous
    /// The run has used up its retries.
    case budget
  }

  public var cause: Cause
  /// One line, without secrets.
  public var message: String
  public var requestID: String?

  public init(_ cause: Cause, _ message: String, requestID: String? = nil) {
    (self.cause, self.message, self.requestID) = (cause, PublicText.of(message), requestID)
  }

  /// Of a message that was made fit for the public before.
  init(kept cause: Cause, _ message: String, requestID: String?) {
    (self.cause, self.message, self.requestID) = (cause, message, requestID)
  }
}

/// Whether a job is to be done now, with one reason of a closed list.
public enum Due: String, Sendable, Equatable, CaseIterable {
  case neverExported = "never exported"
  case failedBefore = "failed before"
  /// Verified, and wanted again because a newer window ripened since.
  case lookback
  /// Verified once, and its files were found missing since.
  case artifactMissing = "artifact missing"
  /// Verified, and somebody asked for it once more.
  case forced
  /// The same export, app, dataset and window was exported as something else: its options, destination or account were
  /// others.
  case definitionChanged = "definition changed"
  case inFlight = "in flight"
  case notRipe = "not ripe"
  case alreadyExported = "already exported"
  case snapshotMissed = "snapshot missed"
  /// Older than what the manifest's `catch_up` makes good.
  case beyondCatchUp = "beyond catch_up"
  /// It begins before what the service still has.
  case noLongerKept = "no longer kept"

  /// One letter of the run's record, so that a million jobs take a megabyte.
  public var letter: Character {
    switch self {
    case .neverExported: "n"
    case .failedBefore: "f"
    case .lookback: "l"
    case .artifactMissing: "a"
    case .forced: "w"
    case .definitionChanged: "d"
    case .inFlight: "i"
    case .notRipe: "r"
    case .alreadyExported: "e"
    case .snapshotMissed: "m"
    case .beyondCatchUp: "b"
    case .noLongerKept: "k"
    }
  }

  public init?(letter: Character) {
    guard let due = Self.allCases.first(where: { $0.letter == letter }) else { return nil }
    self = due
  }

  /// The run works on the job.
  public var isDue: Bool {
    switch self {
    case .neverExported, .failedBefore, .lookback, .artifactMissing, .forced, .definitionChanged, .inFlight: true
    case .notRipe, .alreadyExported, .snapshotMissed, .beyondCatchUp, .noLongerKept: false
    }
  }
}
