// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportPlan
import ExportServices
import Foundation

/// Makes services that can be asked something, of what a plan or a manifest says of them.
struct ServiceBuilder: Sendable {
  /// What paths of descriptions are relative to.
  let folder: URL
  let redirect: LocalRedirect?
  let secrets: [String: Secret]
  let transport: any HTTPTransport

  /// - Throws: `ProjectError`, `SecretError`.
  func service(_ planned: PlannedService) throws -> DescribedService {
    DescribedService(
      description: try DescriptionLoader(folder: folder).load(planned.use).description,
      base: redirect?.base ?? planned.base, parameters: planned.parameters, tokens: try tokens(for: planned.credential),
      transport: transport)
  }

  private func tokens(for credential: CredentialSetting) throws -> any TokenSource {
    if let redirect {
      let credential = AzureClientCredential(
        tenant: redirect.tenant, client: redirect.client, secret: redirect.secret, authority: redirect.authority,
        endpoint: .v1)
      return CredentialCatalog.tokens(for: .azureClient(credential), transport: transport)
    }
    switch credential {
    case .none: return CredentialCatalog.tokens(for: .none, transport: transport)
    case .bearer(let name): return CredentialCatalog.tokens(for: .bearer(try secret(name)), transport: transport)
    case .azureClient(let client):
      let credential = AzureClientCredential(
        tenant: client.tenant, client: client.client, secret: try secret(client.secret), authority: client.authority,
        endpoint: client.endpoint == .v1 ? .v1 : .v2)
      return CredentialCatalog.tokens(for: .azureClient(credential), transport: transport)
    }
  }

  func secret(_ name: String) throws -> Secret {
    guard let secret = secrets[name] else {
      throw SecretError(missing: [.init(name: name, source: "the plan names no such secret")])
    }
    return secret
  }
}
