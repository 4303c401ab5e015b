// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Datasets are the service's, asked for once each, with the flags that some of them need.
struct KnownDatasets: ManifestRule {
  static let code = "M102"
  static let title = "a dataset that cannot be asked for"
  static let explanation =
    "Each word of 'datasets' is a dataset of the service or another spelling of one. Some need a flag in the service's 'with'."
  static let fix = "Write the dataset as suggested, ask for it once, and set the flag when one is needed."
  static let example = DiagnosticCode.Example(
    ExampleText.history(datasets: "[evnt]"), fixed: ExampleText.history(datasets: "[event]"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for export in input.manifest.exports {
      guard let traits = input.traits(of: export) else { continue }
      let service = input.manifest.services.first { $0.name.value == export.service.value }
      var seen: [String: SourcePlace] = [:]
      for word in export.datasets {
        guard let dataset = input.dataset(word, of: export) else {
          let known = traits.datasets.map(\.name)
          tell(
            &problems, "unknown dataset '\(word.value)' of \(traits.name)", at: word.place,
            help: Suggestion.help(for: word.value, in: known))
          continue
        }
        if let first = seen[dataset.name] {
          tell(
            &problems, "'\(word.value)' is asked for twice", at: word.place,
            related: [Diagnostic.Related("first here", at: first)])
        }
        seen[dataset.name] = word.place
        if let flag = dataset.needs, service?.parameters[flag]?.value != true {
          tell(
            &problems, "'\(dataset.name)' needs '\(flag): true' in the service '\(export.service.value)'",
            at: word.place, help: "it is in no published contract of the service")
        }
      }
    }
  }
}
