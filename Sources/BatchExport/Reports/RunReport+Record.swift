// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportReport
import ExportRun
import Foundation

extension RunReport {
  /// The report of a run as the journal has it, made the same way when the run ends and at any time later.
  ///
  /// - Parameter plan: the run's; `nil` when nothing was due, and the journal has its frame.
  /// - Throws: `RunError` when there is no plan, or it is another one.
  init(_ record: RunRecord, plan: PlanFile?) throws {
    let run = record.run
    let kept =
      try plan
      ?? record.frame.map { frame in
        PlanFile(try PlanFile(parsing: Array(frame.utf8)).plan, digest: run.plan)
      }
    guard let kept else { throw RunError.planless(run.id) }
    guard kept.digest == run.plan else { throw RunError.otherPlan(run.id) }
    let last = [
      run.started, record.events.last?.at, record.notes.last?.at,
      record.requests.last.map { $0.at.advanced(by: $0.took) },
    ]
    self.init(
      plan: kept, header: run.header, ended: run.ended ?? last.compactMap { $0 }.max() ?? run.started,
      outcome: run.outcome.flatMap(RunResult.Outcome.init) ?? .broken, stop: run.stop, events: record.events,
      notes: record.notes, requests: record.requests, splits: record.splits, resume: run.origin?.resume ?? "",
      program: run.origin?.program ?? "")
  }

  /// The report of a run of the state directory, or of the one that began last.
  /// - Parameters:
  ///   - id: of the run, or how it begins, when no other does.
  ///   - plan: the run's, when it is not in the run's folder.
  /// - Throws: `RunError`, `ProjectError`, `JournalError`.
  public init(of id: String?, state: URL, plan: PlanFile? = nil) throws {
    let ledger = try Ledger(directory: state)
    guard let run = try id.map(ledger.run) ?? ledger.lastRun() else {
      throw RunError.unknown(id ?? "", in: state)
    }
    let file = KnownRun.planFile(of: run.id, state: state).path
    let kept = try plan ?? (FileManager.default.fileExists(atPath: file) ? PlanFile(reading: file) : nil)
    try self.init(try ledger.record(of: run), plan: kept)
  }
}
