// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Synchronization

/// A credential with its secrets.
public enum Credential: Sendable, Hashable {
  case none
  case bearer(Secret)
  case azureClient(AzureClientCredential)
  case azureAssertion(AzureAssertionCredential)
  case managedIdentity(ManagedIdentityCredential)
  case azureCLI(AzureCLICredential)
  case azureDefault
  case command(CommandCredential)
}

/// The one list of credential kinds, and the tokens that they gave: services with the same credential and audience
/// share one.
public final class CredentialCatalog: Sendable {
  private struct Key: Hashable {
    var credential: Credential
    var audience: TokenAudience
  }

  private let world: CredentialWorld
  private let sources = Mutex<[Key: any TokenSource]>([:])

  public init(_ world: CredentialWorld) { self.world = world }

  /// The tokens of a credential for an audience; always the same source for the same two.
  public func tokens(for credential: Credential, audience: TokenAudience) -> any TokenSource {
    sources.withLock { sources in
      let key = Key(credential: credential, audience: audience)
      if let source = sources[key] { return source }
      let source = Self.source(credential, audience, world)
      sources[key] = source
      return source
    }
  }

  /// As above for one service alone, with nothing but the network.
  public static func tokens(for credential: Credential, transport: any HTTPTransport) -> any TokenSource {
    source(credential, .management, CredentialWorld(transport: transport))
  }

  private static func source(
    _ credential: Credential, _ audience: TokenAudience, _ world: CredentialWorld
  ) -> any TokenSource {
    switch credential {
    case .none: FixedToken(value: nil)
    case .bearer(let token): FixedToken(value: token)
    case .azureClient(let client): cached(client, audience, world)
    case .azureAssertion(let assertion): cached(AzureAssertionFetcher(assertion), audience, world)
    case .managedIdentity(let identity): cached(ManagedIdentityFetcher(identity), audience, world)
    case .azureCLI(let cli): cached(cli, audience, world)
    case .azureDefault: cached(AzureDefaultFetcher(), audience, world)
    case .command(let command): cached(command, audience, world)
    }
  }

  private static func cached(
    _ fetcher: some TokenFetcher, _ audience: TokenAudience, _ world: CredentialWorld
  ) -> any TokenSource {
    CachedTokens(now: world.steady) { try await fetcher.fetch(for: audience, in: world) }
  }
}
