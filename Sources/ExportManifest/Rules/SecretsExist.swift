// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Manifest {
  /// Names of secrets, with the place that takes each.
  var secretUses: [(name: String, place: SourcePlace)] {
    var uses: [(String, SourcePlace)] = []
    for service in services {
      switch service.credential {
      case .none: break
      case .bearer(let secret): uses.append((secret, service.name.place))
      case .azureClient(let client): uses.append((client.secret, service.name.place))
      }
    }
    for destination in destinations {
      guard case .azureContainer(let container) = destination.kind else { continue }
      switch container.credential {
      case .accountKey(let secret), .sas(let secret): uses.append((secret, destination.name.place))
      }
    }
    return uses
  }
}

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
    // An entry that could not be read was told where it stands.
    for use in input.manifest.secretUses where input.manifest.secretPlaces[use.name] == nil {
      let help = Suggestion.help(for: use.name, in: input.manifest.secrets.keys.sorted()) ?? "add it to 'secrets'"
      tell(&problems, "unknown secret '\(use.name)'", at: use.place, help: help)
    }
  }
}
