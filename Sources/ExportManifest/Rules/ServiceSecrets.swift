// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `secrets:` of a service, held against what its description asks for.
struct ServiceSecrets: ManifestRule {
  static let code = "M140"
  static let title = "secrets of a service that do not fit"
  static let explanation =
    """
    'secrets' of a service says which entries of the manifest's own 'secrets' stand for the secrets that the service's \
    description asks for, by the description's names. One is unknown there, or one that must be given is missing.
    """
  static let fix = "Write the description's name for each secret; 'outhaul service show NAME' lists them."
  static let example = DiagnosticCode.Example(
    ExampleText.service("credential: none\n    secrets: {token: \"${secret.token}\"}"),
    fixed: ExampleText.service("credential: {bearer: \"${secret.token}\"}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for service in input.manifest.services {
      guard let traits = input.traits[service.name.value] else { continue }
      let names = traits.secrets.map(\.name)
      var meant: Set<String> = []
      for (name, secret) in service.secrets.sorted(by: { $0.key < $1.key }) where !names.contains(name) {
        if let near = Suggestion.nearest(to: name, in: names) { meant.insert(near) }
        tell(
          &problems, "unknown secret '\(name)' of the service '\(service.name.value)'", at: secret.key ?? secret.place,
          help: names.isEmpty ? "\(traits.name) asks for none" : Suggestion.help(for: name, in: names))
      }
      for secret in traits.secrets where secret.isRequired && service.secrets[secret.name] == nil {
        // One that is misspelt was told as that.
        guard service.secretsAreRead, !meant.contains(secret.name) else { continue }
        let about = secret.about.isEmpty ? "" : " (\(secret.about))"
        tell(
          &problems, "the service '\(service.name.value)' needs '\(secret.name)' in 'secrets'", at: service.name.place,
          help: "write secrets: {\(secret.name): \"${secret.NAME}\"}\(about)")
      }
    }
  }
}
