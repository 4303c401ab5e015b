// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Foundation

/// The runs of a state directory, newest first. Read beside a run, which it does not disturb.
public struct RunHistory: Sendable {
  public struct Run: Sendable {
    public let entry: RunEntry
    public let phase: RunStatus.Phase
    /// Jobs of the plan, and those that were due.
    public let jobs: Int
    public let due: Int
    /// Jobs that were due by where they stand in the run; only those that there are.
    public let states: [JobState: Int]

    /// Until its end, or until now while it goes on; `nil` for one that did not come to its end.
    public func took(at now: Instant) -> Duration? {
      switch phase {
      case .ended(let at, _): entry.started.duration(to: at)
      case .running: entry.started.duration(to: now)
      case .broken: nil
      }
    }
  }

  public let at: Instant
  public let runs: [Run]

  /// - Parameter limit: so many of the newest.
  /// - Throws: `JournalError`.
  public init(state: URL, limit: Int, at now: Instant) throws {
    // Before the ledger: a run that ends meanwhile is told as ended.
    let holder = StateHolder.current(of: state)
    let ledger = try Ledger(directory: state)
    let entries = try ledger.runs(limit: limit)
    at = now
    runs = try entries.enumerated().map { index, entry in
      let dues = entry.dues
      // Only the newest can go on.
      return Run(
        entry: entry, phase: RunStatus.Phase(of: entry, index == 0 ? holder : nil), jobs: dues.count,
        due: dues.count(where: \.isDue), states: try entry.counts ?? Self.states(of: entry, dues, ledger))
    }
  }

  /// Of a run that has not ended, or that an earlier version wrote.
  private static func states(of run: RunEntry, _ dues: [Due], _ ledger: Ledger) throws -> [JobState: Int] {
    guard dues.contains(where: \.isDue) else { return [:] }
    return RunProgress(nil, dues: dues, events: try ledger.events(of: run), splits: try ledger.splits()).states
  }
}
