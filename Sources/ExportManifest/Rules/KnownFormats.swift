// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Formats are the service's.
struct KnownFormats: ManifestRule {
  static let code = "M106"
  static let title = "a format that the service does not write"
  static let explanation = "'format' is one of the formats that the service writes, or a list of them."
  static let fix = "Take a format that is suggested or listed."
  static let example = DiagnosticCode.Example(
    "defaults: {destination: lake, format: jsn}", fixed: "defaults: {destination: lake, format: json}")

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    var told: Set<SourcePlace> = []
    for export in input.manifest.exports {
      guard let traits = input.traits(of: export) else { continue }
      for format in export.formats where !traits.formats.contains(format.value) && told.insert(format.place).inserted {
        tell(
          &problems, "unknown format '\(format.value)'", at: format.place,
          help: Suggestion.help(for: format.value, in: traits.formats))
      }
    }
  }
}
