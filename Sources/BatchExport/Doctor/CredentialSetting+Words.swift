// SPDX-License-Identifier: Apache-2.0
import ExportManifest

extension CredentialSetting {
  /// Which kind it is, and what of it is no secret; `nil` for none.
  var words: String? {
    switch self {
    case .none: return nil
    case .bearer: return "bearer, as given"
    case .azureClient(let client): return "client \(client.client) of tenant \(client.tenant)"
    case .azureAssertion(let setting): return "azure_assertion" + (setting.client.map { " of client \($0)" } ?? "")
    case .managedIdentity: return "managed_identity"
    case .azureCLI(let setting): return "azure_cli" + (setting.tenant.map { " of tenant \($0)" } ?? "")
    case .azureDefault: return "azure_default"
    case .command(let words): return "the command \(words.first ?? "")"
    }
  }
}
