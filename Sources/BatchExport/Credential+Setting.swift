// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest

extension Credential {
  /// What a manifest or a plan says, with its secrets.
  init(_ setting: CredentialSetting, secret: (String) throws -> Secret) rethrows {
    switch setting {
    case .none: self = .none
    case .bearer(let name): self = .bearer(try secret(name))
    case .azureClient(let client):
      self = .azureClient(
        AzureClientCredential(
          tenant: client.tenant, client: client.client, secret: try secret(client.secret), authority: client.authority,
          endpoint: client.endpoint == .v1 ? .v1 : .v2))
    case .azureAssertion(let assertion):
      self = .azureAssertion(
        AzureAssertionCredential(
          tenant: assertion.tenant, client: assertion.client, tokenFile: assertion.tokenFile,
          authority: assertion.authority))
    case .managedIdentity(let identity):
      self = .managedIdentity(ManagedIdentityCredential(identity.map(ManagedIdentityCredential.Identity.init)))
    case .azureCLI(let cli): self = .azureCLI(AzureCLICredential(tenant: cli.tenant, subscription: cli.subscription))
    case .azureDefault: self = .azureDefault
    case .command(let words): self = .command(CommandCredential(words))
    }
  }
}

extension ManagedIdentityCredential.Identity {
  fileprivate init(_ setting: ManagedIdentitySetting) {
    self =
      switch setting {
      case .client(let id): .client(id)
      case .resource(let id): .resource(id)
      case .object(let id): .object(id)
      }
  }
}
