// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An export without apps is a mistake.
struct SomeApps: ManifestRule {
  static let code = "M110"
  static let title = "labels that no app has"
  static let explanation = "'apps: {labels: …}' chooses the apps whose labels fit all that is said; at least one must."
  static let fix = "Write the labels as they stand at the apps, or give them to one."
  static let example = DiagnosticCode.Example(
    ExampleText.history(apps: "{labels: {tier: silver}}"), fixed: ExampleText.history(apps: "{labels: {tier: gold}}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    guard !input.manifest.awaitsCatalogue else { return }
    for export in input.manifest.exports {
      guard case .labelled(let labels) = export.apps else { continue }
      refuse(labels, of: input.manifest.apps, at: export.appsPlace, &problems)
    }
  }
}

extension ManifestRule {
  /// Tells a selector that takes none of the apps, at the word that is mistyped when there is one.
  func refuse(
    _ labels: LabelSelector, of apps: [AppSetting], at place: SourcePlace, _ problems: inout DiagnosticList
  ) {
    guard !apps.isEmpty, !apps.contains(where: { labels.matches($0.labels) }) else { return }
    let message = "no app has the labels \(labels)"
    for requirement in labels.requirements {
      let values = Set(apps.compactMap { $0.labels[requirement.label] })
      guard !values.isEmpty else {
        let near = Suggestion.nearest(to: requirement.label, in: Set(apps.flatMap(\.labels.keys)).sorted())
        guard requirement.values.contains(where: { !$0.isNegated }), let near else { continue }
        return tell(&problems, message, at: requirement.place ?? place, help: "did you mean '\(near)'?")
      }
      for value in requirement.values where !value.isNegated && !values.contains(where: value.glob.matches) {
        guard let near = Suggestion.nearest(to: value.text, in: values.sorted()) else { continue }
        return tell(&problems, message, at: value.place ?? place, help: "did you mean '\(near)'?")
      }
    }
    tell(&problems, message, at: place)
  }
}
