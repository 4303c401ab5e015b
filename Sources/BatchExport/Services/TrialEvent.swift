// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a trial tells on its way, free of secrets.
public enum TrialEvent: Sendable {
  case wire(WatchedEvent)
  /// Where in an answer a value was found; `nil` when we chose it.
  case picked(what: String, at: String?, value: String)
  case state(TaskStatus.Phase)
  case pausing(Duration, becauseAsked: Bool)
  case setback(String)
  /// The answer to the submit was lost, and the task was looked for.
  case adopted(task: String)
  case tidied
}

/// How a trial ended.
public enum TrialVerdict: Sendable, Equatable {
  case good(task: String, Verification)
  case failed(task: String?, String)
  /// Nobody watches any more; the task goes on.
  case stopped(task: String?)
  /// A task may have been made, and nobody knows its name.
  case lost(String)
  case refused(task: String?, String)
  case unreachable(String)
}
