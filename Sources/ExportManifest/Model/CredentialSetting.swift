// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// How requests to a service prove who sends them. Secrets stand here by name.
public enum CredentialSetting: Sendable, Hashable {
  case none
  /// `{bearer: "${secret.token}"}`
  case bearer(secret: String)
  /// `{azure_client: {tenant, client, secret, authority?, endpoint?}}`
  case azureClient(AzureClientSetting)
  /// `{azure_assertion: {tenant?, client?, token_file?, authority?}}`
  case azureAssertion(AzureAssertionSetting)
  /// `{managed_identity: {client_id | resource_id | object_id}}`
  case managedIdentity(ManagedIdentitySetting?)
  /// `{azure_cli: {tenant?, subscription?}}`
  case azureCLI(AzureCLISetting)
  case azureDefault
  /// `{command: [PROGRAM, ARGUMENT]}`: it prints a token.
  case command([String])

  /// Kinds as a manifest spells them.
  public static let kinds = [
    "azure_assertion", "azure_cli", "azure_client", "azure_default", "bearer", "command", "managed_identity", "none",
  ]

  /// The name of the secret that it needs; `nil` when it needs none.
  public var secret: String? {
    switch self {
    case .bearer(let secret): secret
    case .azureClient(let client): client.secret
    case .none, .azureAssertion, .managedIdentity, .azureCLI, .azureDefault, .command: nil
    }
  }
}

public struct AzureClientSetting: Sendable, Hashable {
  public enum Endpoint: String, Sendable, Hashable, CaseIterable { case v1, v2 }

  public var tenant: String
  public var client: String
  /// The name of the secret.
  public var secret: String
  /// `AZURE_AUTHORITY_HOST`, else `https://login.microsoftonline.com`, unless said.
  public var authority: String?
  public var endpoint: Endpoint

  public init(tenant: String, client: String, secret: String, authority: String? = nil, endpoint: Endpoint = .v1) {
    (self.tenant, self.client, self.secret) = (tenant, client, secret)
    (self.authority, self.endpoint) = (authority, endpoint)
  }
}

/// What is not said is taken from the environment when a token is needed.
public struct AzureAssertionSetting: Sendable, Hashable {
  public var tenant: String?
  public var client: String?
  /// A path, relative to the manifest's folder.
  public var tokenFile: String?
  public var authority: String?

  public init(
    tenant: String? = nil, client: String? = nil, tokenFile: String? = nil, authority: String? = nil
  ) {
    (self.tenant, self.client, self.tokenFile, self.authority) = (tenant, client, tokenFile, authority)
  }
}

/// Which of several identities of a machine or an app.
public enum ManagedIdentitySetting: Sendable, Hashable {
  case client(String)
  case resource(String)
  case object(String)
}

public struct AzureCLISetting: Sendable, Hashable {
  public var tenant: String?
  public var subscription: String?

  public init(tenant: String? = nil, subscription: String? = nil) {
    (self.tenant, self.subscription) = (tenant, subscription)
  }
}
