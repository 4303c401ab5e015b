// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Selection {
  /// Refuses names that none of the plans has: a name that was mistyped would select nothing, and nobody would know.
  /// Patterns are taken as they are, and so are datasets that are like none: the plan may have no job of one today.
  /// - Throws: `SelectionError.unknownName`.
  public func checkNames(in plans: [Plan]) throws {
    let exports = Set(plans.flatMap { $0.exports.map(\.name) })
    let apps = Set(plans.flatMap { $0.apps.map(\.name) })
    let labels = Set(plans.flatMap { $0.apps.flatMap(\.labels.keys) })
    var datasets: Set<String> = []
    for plan in plans { for job in plan.jobs { datasets.insert(job.dataset) } }
    for term in (select + exclude).joined() {
      switch term {
      case .export(let name): try Self.check(name.pattern, "export", exports)
      case .app(let name): try Self.check(name.pattern, "app", apps)
      case .dataset(let name): try Self.check(name.pattern, "dataset", datasets, isStrict: false)
      case .label(let name, _): try Self.check(name, "label", labels)
      case .title(let steps):
        try Self.check(steps[0].pattern, "export", exports)
        if steps.count > 1 { try Self.check(steps[1].pattern, "app", apps) }
        if steps.count > 2 { try Self.check(steps[2].pattern, "dataset", datasets, isStrict: false) }
      case .format, .window, .windowName, .status: break
      }
    }
  }

  private static func check(_ name: String, _ noun: String, _ known: Set<String>, isStrict: Bool = true) throws {
    guard !name.isPattern, !known.contains(name) else { return }
    guard isStrict || Suggestion.nearest(to: name, in: known) != nil else { return }
    throw SelectionError.unknownName(name, noun: noun, help: Suggestion.help(for: name, in: known))
  }
}
