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
  /// - Throws: `ProjectError`.
  public init(
    _ plan: Plan, dues: [Due], history: DurationHistory, traits: [String: ServiceTraits] = [:], folder: URL
  ) throws {
    let loader = DescriptionLoader(folder: folder)
    let polling = try plan.services.map { service in
      PollPolicy(try (traits[service.name] ?? loader.load(service.use).description.traits).polling)
    }
    self.init(
      plan, dues: dues, history: history, polling: polling,
      active: Scheduler.Bounds().active)
  }
}
