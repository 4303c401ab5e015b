// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation

extension Forecast {
  /// - Parameters:
  ///   - dues: per job of the plan.
  ///   - folder: what paths of the plan are relative to.
  /// - Throws: `JournalError`, `ProjectError`.
  public init(_ plan: Plan, dues: [Due], ledger: Ledger, folder: URL) throws {
    let loader = DescriptionLoader(folder: folder)
    let polling = try plan.services.map { PollPolicy(try loader.load($0.use).description.traits.polling) }
    self.init(
      plan, dues: dues, history: try ledger.history(of: plan), polling: polling,
      active: Scheduler.Bounds().active)
  }
}
