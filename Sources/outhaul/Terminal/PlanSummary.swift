// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// A plan in a few lines: an export each, and what holds for all.
struct PlanSummary {
  let text: String

  /// - Parameter dues: per job of the plan.
  init(_ file: PlanFile, dues: [Due]) {
    let plan = file.plan
    var lines = ["\(plan.name): \(Self.count(plan.jobs.count, "job")) as of \(plan.asOf)"]
    for export in ExportSummary.all(of: plan) {
      guard let first = export.firstLabel, let last = export.lastLabel else {
        lines.append("  \(export.export): nothing")
        continue
      }
      let span = first == last ? first : "\(first) to \(last)"
      lines.append(
        "  \(export.export): \(Self.count(export.jobs, "job")): \(Self.count(export.apps, "app")), "
          + "\(Self.count(export.datasets, "dataset")), \(span)")
    }
    for input in plan.inputs where input.name.hasPrefix("catalogue:") {
      let service = String(input.name.dropFirst("catalogue:".count))
      let count = plan.apps.count { $0.found[service] != nil }
      lines.append("  catalogue of \(service): \(Self.count(count, "app")), \(input.digest)")
    }
    for service in plan.services where service.recovery == .blind {
      lines.append("  \(service.name): recover: blind — a task whose answer is lost cannot be looked up")
    }
    let due = Due.allCases.compactMap { due -> String? in
      let count = dues.count { $0 == due }
      return count == 0 ? nil : "\(count) \(due.rawValue)"
    }
    if !due.isEmpty { lines.append("  by the ledger: \(due.joined(separator: ", "))") }
    lines.append("  \(file.digest)")
    text = lines.joined(separator: "\n")
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
