// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A credential with its secrets.
public enum Credential: Sendable {
  case none
  case bearer(Secret)
  case azureClient(AzureClientCredential)
}

/// The one list of credential kinds.
public enum CredentialCatalog {
  public static func tokens(for credential: Credential, transport: any HTTPTransport) -> any TokenSource {
    switch credential {
    case .none: FixedToken(value: nil)
    case .bearer(let token): FixedToken(value: token)
    case .azureClient(let client): CachedTokens { try await client.fetch(over: transport) }
    }
  }
}
