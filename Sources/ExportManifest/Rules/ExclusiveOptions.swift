// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Options that say the same thing in different ways are given one at a time.
struct ExclusiveOptions: ManifestRule {
  static let code = "M130"
  static let title = "options that exclude each other"
  static let explanation =
    "Some options of a dataset are different ways to say one thing: campaigns are chosen by 'ids', 'active_in' or 'all'."
  static let fix = "Keep one of the options that are named."
  static let example = DiagnosticCode.Example(
    ExampleText.snapshots("push: {campaigns: {ids: [159, 160], all: finished}}"),
    fixed: ExampleText.snapshots("push: {campaigns: {all: finished}}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for export in input.manifest.exports {
      for word in export.datasets {
        guard let dataset = input.dataset(word, of: export), let given = export.options[word.value] else { continue }
        for group in dataset.oneOf {
          let both = group.compactMap { name in given[name].map { (name: name, place: $0.place) } }
            .sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
          guard let first = both.first, let second = both.dropFirst().first else { continue }
          tell(
            &problems, "'\(second.name)' does not go with '\(first.name)'", at: second.place,
            help: "one at most of \(group.joined(separator: ", "))",
            related: [Diagnostic.Related("'\(first.name)' is here", at: first.place)])
        }
      }
    }
  }
}
