// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Secrets that are taken are entries of `secrets:`.
struct SecretsExist: ManifestRule {
  static let code = "M112"
  static let title = "a secret that is not declared"
  static let explanation = "'${secret.NAME}' names an entry of 'secrets', which says where the secret is taken from."
  static let fix = "Write the name as it stands under 'secrets', or add it there with the place it is taken from."
  static let example = DiagnosticCode.Example(
    ExampleText.service("credential: {bearer: \"${secret.tokn}\"}"),
    fixed: ExampleText.service("credential: {bearer: \"${secret.token}\"}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    guard let known = input.manifest.names.known("secrets", []) else { return }
    for use in input.manifest.secretUses where !known.contains(use.value) {
      let help = Suggestion.help(for: use.value, in: known) ?? "add it to 'secrets'"
      tell(&problems, "unknown secret '\(use.value)'", at: use.place, help: help)
    }
  }
}
