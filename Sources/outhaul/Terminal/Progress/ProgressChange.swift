// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// Something that happened to a job and that people want to know: one line, in words or for machines.
struct ProgressChange: Sendable, Equatable {
  /// A closed list: the word that a line begins with.
  enum Kind: String, Sendable, CaseIterable {
    /// Its files are good.
    case verified
    /// Its files are there; the credential does not permit reading them.
    case listed
    /// A task that was made before is gone on with.
    case adopted
    case failed, abandoned
    /// The service has put it into a state that nobody knows.
    case held
    case skipped
    /// A step did not work, and is tried again.
    case setback
    case split
    /// A task ended without success, or with files that are no good.
    case attemptFailed = "attempt_failed"
  }

  var kind: Kind
  var at: Instant
  var key: JobKey
  /// As people name the job.
  var title: String
  /// What follows the title, in words; one line.
  var words: String
  /// What went wrong, when something did.
  var failure: Failure?
  /// Of the files, when they are good.
  var rows: Int64?
  var bytes: Int64?

  /// One line.
  var text: String {
    switch kind {
    case .attemptFailed: "attempt failed \(title): \(words)"
    case .setback: words
    default: "\(kind.rawValue) \(title): \(words)"
    }
  }

  /// It is over for the job in this run, and it is not good.
  var isBad: Bool { [.failed, .abandoned, .skipped].contains(kind) }
}
