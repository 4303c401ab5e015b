// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What `include:` and `exclude:` of an export match against is there.
struct MatrixNames: ManifestRule {
  static let code = "M114"
  static let title = "a match of the matrix that picks nothing"
  static let explanation =
    "'include' and 'exclude' of an export pick from its own apps, labels, datasets and formats; a word that picks nothing is a mistake."
  static let fix = "Write the name as it stands in the export or at the app; '*' stands for anything in an app's name."
  static let example = DiagnosticCode.Example(
    ExampleText.exports("exclude: [{app: shop-*, dataset: evnt}]"),
    fixed: ExampleText.exports("exclude: [{app: shop-*, dataset: event, window: ..2016-01-31}]"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    let apps = input.manifest.knownApps
    for export in input.manifest.exports {
      for match in export.include + export.exclude {
        for glob in match.apps ?? [] {
          guard let apps, !apps.contains(where: glob.matches) else { continue }
          tell(
            &problems, "no app is called '\(glob.pattern)'", at: match.place,
            help: Suggestion.help(for: glob.pattern, in: apps))
        }
        refuse(match.labels, of: input.manifest.apps, at: match.place, &problems)
        let datasets = Set(export.datasets.compactMap { input.dataset($0, of: export)?.name })
        for word in match.datasets ?? [] {
          guard let traits = input.traits(of: export) else { continue }
          guard let dataset = input.dataset(word, of: export) else {
            let help = Suggestion.help(for: word.value, in: traits.datasets.map(\.name))
            tell(&problems, "unknown dataset '\(word.value)' of \(traits.name)", at: word.place, help: help)
            continue
          }
          if !datasets.contains(dataset.name) {
            tell(
              &problems, "'\(export.name.value)' does not export '\(word.value)'", at: word.place,
              help: "expected one of \(datasets.sorted().joined(separator: ", "))")
          }
        }
        let formats = export.formats.map(\.value)
        for word in match.formats ?? [] where !formats.isEmpty && !formats.contains(word.value) {
          tell(
            &problems, "'\(export.name.value)' does not write '\(word.value)'", at: word.place,
            help: Suggestion.help(for: word.value, in: formats))
        }
      }
    }
  }
}
