// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// What a running run tells, once it is durable.
public enum RunNews: Sendable {
  case began(RunHeader)
  /// What the jobs that are due would cost, by what is known when the run begins; not kept.
  case expects(Forecast)
  case happened([JournalEvent])
  /// Something about a service as a whole.
  case noticed(RunNote)
  /// What the run waits for; not kept.
  case waits(Outlook)
}

/// How a run ended.
public struct RunResult: Sendable {
  public enum Outcome: String, Sendable, CaseIterable {
    /// Every due job is verified, or nothing was due.
    case done
    /// Some jobs that were due failed, were skipped or abandoned, or wait for what this run does not do.
    case incomplete
    case interrupted
    /// It could not go on: `stop` says why.
    case halted
    /// It did not come to its end: it goes on, or it was killed.
    case broken
  }

  public var header: RunHeader
  public var ended: Instant
  public var stop: Scheduler.StopReason?
  /// Per job of the plan.
  public var states: [JobState]

  public init(header: RunHeader, ended: Instant, stop: Scheduler.StopReason?, states: [JobState]) {
    (self.header, self.ended, self.stop, self.states) = (header, ended, stop, states)
  }

  public var outcome: Outcome {
    switch stop {
    case .interrupted, .timeIsUp: return .interrupted
    case .halted: return .halted
    case nil: break
    }
    let bad = zip(header.dues, states).contains { due, state in due.isDue && state != .verified }
    return bad ? .incomplete : .done
  }

  /// Jobs that were due, by state.
  public var counts: [JobState: Int] {
    var counts: [JobState: Int] = [:]
    for (due, state) in zip(header.dues, states) where due.isDue { counts[state, default: 0] += 1 }
    return counts
  }

  public func count(_ state: JobState) -> Int {
    zip(header.dues, states).count { $0.isDue && $1 == state }
  }
}
