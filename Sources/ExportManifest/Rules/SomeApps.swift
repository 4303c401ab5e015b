// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An export without apps is a mistake.
struct SomeApps: ManifestRule {
  static let code = "M110"
  static let title = "labels that no app has"
  static let explanation = "'apps: {labels: …}' chooses the apps that have all of these labels; at least one must."
  static let fix = "Write the labels as they stand at the apps, or give them to one."
  static let example = DiagnosticCode.Example(
    ExampleText.history(apps: "{labels: {tier: silver}}"), fixed: ExampleText.history(apps: "{labels: {tier: gold}}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    guard !input.manifest.awaitsCatalogue else { return }
    for export in input.manifest.exports {
      guard case .labelled(let labels) = export.apps else { continue }
      let matches = input.manifest.apps.contains { app in labels.allSatisfy { app.labels[$0.key] == $0.value } }
      guard !matches else { continue }
      let shown = labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      tell(&problems, "no app has the labels {\(shown)}", at: export.appsPlace)
    }
  }
}
