// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// A plan in a few lines: an export each, and what holds for all.
struct PlanSummary {
  let text: String

  /// - Parameter dues: per job of the plan.
  init(_ file: PlanFile, dues: [Due]) {
    let plan = file.plan
    var lines = ["\(plan.name): \(Self.count(plan.jobs.count, "job")) as of \(plan.asOf)"]
    for (index, export) in plan.exports.enumerated() {
      let jobs = plan.jobs.filter { $0.export == index }
      guard let first = jobs.map(\.label).min(), let last = jobs.map(\.label).max() else {
        lines.append("  \(export.name): nothing")
        continue
      }
      let apps = Set(jobs.map(\.app)).count
      let datasets = Set(jobs.map(\.dataset)).count
      let span = first == last ? first : "\(first) to \(last)"
      lines.append(
        "  \(export.name): \(Self.count(jobs.count, "job")): \(Self.count(apps, "app")), "
          + "\(Self.count(datasets, "dataset")), \(span)")
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
