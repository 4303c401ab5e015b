// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// A plan in a few lines: an export each, and what holds for all.
struct PlanSummary {
  let text: String

  /// - Parameters:
  ///   - dues: per job of the plan.
  ///   - traits: by the plan's names of services.
  ///   - now: what the forecast counts from.
  init(_ file: PlanFile, dues: [Due], forecast: Forecast, traits: [String: ServiceTraits], now: Instant) {
    let plan = file.plan
    var lines = ["\(plan.name): \(Count.words(plan.jobs.count, "job")) as of \(plan.asOf)"]
    for export in ExportSummary.all(of: plan) {
      guard let first = export.firstLabel, let last = export.lastLabel else {
        lines.append("  \(export.export): nothing")
        continue
      }
      let span = first == last ? first : "\(first) to \(last)"
      lines.append(
        "  \(export.export): \(Count.words(export.jobs, "job")): \(Count.words(export.apps, "app")), "
          + "\(Count.words(export.datasets, "dataset")), \(span)")
    }
    lines += plan.exports.compactMap { export in
      let service = plan.services[export.service].name
      guard let lag = traits[service]?.lag(of: export), lag == export.ripeAfter else { return nil }
      return
        "  \(export.name): windows are kept back for \(DurationText.format(lag)) after their end, until \(service) has their data"
    }
    for input in plan.inputs where input.name.hasPrefix("catalogue:") {
      let service = String(input.name.dropFirst("catalogue:".count))
      let count = plan.apps.count { $0.found[service] != nil }
      lines.append("  catalogue of \(service): \(Count.words(count, "app")), \(input.digest)")
    }
    for service in plan.services where service.recovery == .blind {
      lines.append("  \(service.name): recover: blind — a task whose answer is lost cannot be looked up")
    }
    let due = Due.allCases.compactMap { due -> String? in
      let count = dues.count { $0 == due }
      return count == 0 ? nil : "\(count) \(due.rawValue)"
    }
    if !due.isEmpty { lines.append("  by the ledger: \(due.joined(separator: ", "))") }
    if forecast.tasks > 0 { lines.append("  forecast: \(Self.words(forecast, now))") }
    lines.append("  \(file.digest)")
    text = lines.joined(separator: "\n")
  }

  private static func words(_ forecast: Forecast, _ now: Instant) -> String {
    let tasks = Count.words(forecast.tasks, "task")
    guard let half = forecast.half, let most = forecast.most else {
      let bound =
        forecast.least > .zero
        ? ": at least \(DurationText.format(forecast.least)), by what the services let begin" : ""
      return "\(tasks)\(bound); how long is not known yet: no earlier task is in the ledger"
    }
    func words(_ estimate: Forecast.Estimate) -> String {
      let seconds = max(1, Int(estimate.duration.inSeconds.rounded(.up)))
      let end = Instant(seconds: now.seconds).advanced(by: .seconds(seconds))
      return "\(DurationText.format(.seconds(seconds))), by \(end), with \(Count.words(estimate.calls, "call"))"
    }
    return "\(tasks): at least \(words(half)), as half of \(Count.words(forecast.samples, "earlier task")) took; "
      + "\(words(most)), as nine tenths did"
  }
}
