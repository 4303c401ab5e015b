// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation

extension Forecast {
  /// - Parameters:
  ///   - dues: per job of the plan.
  ///   - folder: what paths of the plan are relative to.
  /// - Throws: `ProjectError`.
  public init(_ plan: Plan, dues: [Due], history: DurationHistory, folder: URL) throws {
    let loader = DescriptionLoader(folder: folder)
    let polling = try plan.services.map { PollPolicy(try loader.load($0.use).description.traits.polling) }
    self.init(
      plan, dues: dues, history: history, polling: polling,
      active: Scheduler.Bounds().active)
  }
}
