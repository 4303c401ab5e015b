// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation

extension Forecast {
  /// - Parameters:
  ///   - dues: per job of the plan.
  ///   - traits: by the plan's names of services; what is missing is read from the description.
  ///   - folder: what paths of the plan are relative to.
  ///   - now: when it would begin.
  /// - Throws: `ProjectError`.
  public init(
    _ plan: Plan, dues: [Due], history: DurationHistory, traits: [String: ServiceTraits] = [:], folder: URL,
    at now: Instant
  ) throws {
    let loader = DescriptionLoader(folder: folder)
    let traits = try plan.services.map { try traits[$0.name] ?? loader.load($0.use).description.traits }
    self.init(
      plan, dues: dues, history: history, polling: traits.map { PollPolicy($0.polling) },
      spans: traits.map { Spans($0) }, active: Scheduler.Bounds().active, at: now)
  }
}
