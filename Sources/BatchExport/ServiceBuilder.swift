// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportPlan
import ExportServices
import Foundation

/// Makes services that can be asked something, of what a plan or a manifest says of them. Services with the same
/// credential and audience share one token.
struct ServiceBuilder: Sendable {
  /// What paths of descriptions are relative to.
  let folder: URL
  let redirect: LocalRedirect?
  let secrets: [String: Secret]
  let transport: any HTTPTransport
  private let world: CredentialWorld
  private let credentials: CredentialCatalog

  /// - Parameter environment: for credentials that look there.
  init(
    folder: URL, redirect: LocalRedirect?, secrets: [String: Secret], environment: [String: String],
    transport: any HTTPTransport
  ) {
    (self.folder, self.redirect, self.secrets, self.transport) = (folder, redirect, secrets, transport)
    // A rehearsal looks nowhere.
    world = CredentialWorld(
      folder: folder, environment: redirect == nil ? environment : [:], transport: transport)
    credentials = CredentialCatalog(world)
  }

  /// - Throws: `ProjectError`, `SecretError`, and `ServiceError` where the description's proof cannot be made.
  func service(_ planned: PlannedService) throws -> DescribedService {
    let description = try DescriptionLoader(folder: folder).load(planned.use).description
    let base = try redirect?.base ?? ServiceDescription.filled(planned.base, planned.parameters)
    let own = redirect == nil ? try planned.secrets.mapValues { try secret($0) } : [:]
    let proof = try proof(of: description, planned, base: base, secrets: own)
    return DescribedService(
      description: description, base: base, parameters: planned.parameters, secrets: own, proof: proof,
      transport: transport)
  }

  /// The local cloud takes its own tokens, whatever the description says.
  private func proof(
    of description: ServiceDescription, _ planned: PlannedService, base: String, secrets: [String: Secret]
  ) throws -> any RequestProof {
    if let redirect {
      let local = AzureClientCredential(
        tenant: redirect.tenant, client: redirect.client, secret: redirect.secret, authority: redirect.authority,
        endpoint: .v1)
      return BearerProof(credentials.tokens(for: .azureClient(local), audience: .management))
    }
    return try description.proof(base: base, parameters: planned.parameters, secrets: secrets, world: world) {
      credentials.tokens(for: try Credential(planned.credential) { try secret($0) }, audience: $0)
    }
  }

  /// Tokens of who may write to a container.
  func tokens(_ setting: CredentialSetting) throws -> any TokenSource {
    credentials.tokens(for: try Credential(setting) { try secret($0) }, audience: .storage)
  }

  func secret(_ name: String) throws -> Secret {
    guard let secret = secrets[name] else {
      throw SecretError(missing: [.init(name: name, source: "the plan names no such secret")])
    }
    return secret
  }
}
