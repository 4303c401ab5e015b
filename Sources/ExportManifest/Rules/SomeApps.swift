// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An export without apps is a mistake.
struct SomeApps: ManifestRule {
  static let code = "M110"
  static let explanation = "'apps: {labels: …}' chooses the apps that have all of these labels; at least one must."

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for export in input.manifest.exports {
      guard case .labelled(let labels) = export.apps else { continue }
      let matches = input.manifest.apps.contains { app in labels.allSatisfy { app.labels[$0.key] == $0.value } }
      guard !matches else { continue }
      let shown = labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      tell(&problems, "no app has the labels {\(shown)}", at: export.appsPlace)
    }
  }
}
