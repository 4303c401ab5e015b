// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportReport
import ExportRun
import Foundation

/// What of a run decides whether the next one is a change.
struct RunTrace: Sendable, Equatable {
  /// The word of how it ended.
  var outcome: String
  var failed: Set<JobKey>

  /// Before the first run: all is well.
  static let none = RunTrace(outcome: RunResult.Outcome.done.rawValue, failed: [])

  init(outcome: String, failed: Set<JobKey>) { (self.outcome, self.failed) = (outcome, failed) }

  /// A job, or a part of one, has failed when nothing good came after it in the same run.
  init(outcome: String, events: some Sequence<JournalEvent>) {
    self.init(outcome: outcome, failed: [])
    for event in events {
      switch event.kind {
      case .failed, .abandoned: failed.insert(event.key)
      case .verified: failed.remove(event.key)
      default: break
      }
    }
  }

  init(_ report: RunReport) { self.init(outcome: report.outcome.rawValue, events: report.events) }

  /// Of the last run of the same name that ended before this one.
  /// - Throws: `JournalError`.
  static func last(before run: RunHeader, in directory: URL) throws -> RunTrace {
    let ledger = try Ledger(directory: directory)
    let earlier = try ledger.runs(limit: .max).drop { $0.id != run.id }.dropFirst()
    guard let last = earlier.first(where: { $0.name == run.name && $0.ended != nil }) else { return .none }
    return RunTrace(outcome: last.outcome ?? "", events: try ledger.events(of: last))
  }
}

extension NotificationSetting.Occasion {
  /// - Parameter last: of the run before.
  func isNow(_ trace: RunTrace, last: RunTrace) -> Bool {
    switch self {
    case .failure: trace.outcome != RunResult.Outcome.done.rawValue
    case .change: trace != last
    case .always: true
    }
  }
}
