// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Exports do not wait for themselves.
struct NoCircles: ManifestRule {
  static let code = "M109"
  static let title = "exports that wait in a circle"
  static let explanation =
    "'after' orders exports; an export that waits for itself, directly or through others, would never begin."
  static let fix = "Take one 'after' out of the circle that is named."
  static let example = DiagnosticCode.Example(
    ExampleText.exports("after: [{export: history}]"), fixed: ExampleText.exports("after: [{export: snapshots}]"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    let exports = input.manifest.exports
    let byName = Dictionary(exports.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
    var done: Set<String> = []
    for export in exports { visit(export, byName, path: [], &done, &problems) }
  }

  private func visit(
    _ export: ExportSetting, _ byName: [String: ExportSetting], path: [String], _ done: inout Set<String>,
    _ problems: inout DiagnosticList
  ) {
    let name = export.name.value
    guard !done.contains(name) else { return }
    for after in export.after {
      let next = after.export.value
      if let start = (path + [name]).firstIndex(of: next) {
        let circle = ((path + [name])[start...] + [next]).map { "'\($0)'" }.joined(separator: " after ")
        tell(&problems, "exports wait in a circle: \(circle)", at: after.export.place)
      } else if let before = byName[next] {
        visit(before, byName, path: path + [name], &done, &problems)
      }
    }
    done.insert(name)
  }
}
