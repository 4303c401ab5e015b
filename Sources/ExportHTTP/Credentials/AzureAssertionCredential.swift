// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Synchronization

/// A service principal that shows another party's token: workload identity (contract.md, section 4.3). What is not
/// given is taken from the environment.
public struct AzureAssertionCredential: Sendable, Hashable {
  public static let tenantVariable = "AZURE_TENANT_ID"
  public static let clientVariable = "AZURE_CLIENT_ID"
  public static let fileVariable = "AZURE_FEDERATED_TOKEN_FILE"

  public var tenant: String?
  public var client: String?
  /// A path; its content changes.
  public var tokenFile: String?
  public var authority: String?

  public init(
    tenant: String? = nil, client: String? = nil, tokenFile: String? = nil, authority: String? = nil
  ) {
    (self.tenant, self.client, self.tokenFile, self.authority) = (tenant, client, tokenFile, authority)
  }
}

/// Fetches with a file that is read again at most every ten minutes.
struct AzureAssertionFetcher: TokenFetcher {
  let credential: AzureAssertionCredential
  let file: AssertionFile

  init(_ credential: AzureAssertionCredential, file: AssertionFile = AssertionFile()) {
    (self.credential, self.file) = (credential, file)
  }

  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken {
    let tenant = try setting(credential.tenant, "tenant", AzureAssertionCredential.tenantVariable, world)
    let client = try setting(credential.client, "client", AzureAssertionCredential.clientVariable, world)
    let path = try setting(credential.tokenFile, "token_file", AzureAssertionCredential.fileVariable, world)
    let authority = try AzureAuthority.url(credential.authority, in: world)
    let assertion = try file.assertion(at: path, in: world)
    let service = TokenEndpoint(
      url: "\(authority)/\(PercentEncoding.encode(tenant))/oauth2/v2.0/token", who: "client \(client)",
      secrets: [assertion])
    return try await service.fetch(
      [
        ("grant_type", "client_credentials"), ("client_id", client), ("scope", audience.scope),
        ("client_assertion", assertion.reveal()),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
      ], in: world)
  }

  private func setting(
    _ given: String?, _ name: String, _ variable: String, _ world: CredentialWorld
  ) throws -> String {
    if let value = given ?? world.variable(variable) { return value }
    throw ServiceError(.login, "azure_assertion needs '\(name)', or the environment variable \(variable)")
  }
}

/// A federated token's file, which somebody else writes anew now and then.
final class AssertionFile: Sendable {
  static let life: Duration = .seconds(600)

  private let kept = Mutex<[String: (text: Secret, until: ContinuousClock.Instant)]>([:])

  func assertion(at path: String, in world: CredentialWorld) throws -> Secret {
    if let kept = kept.withLock({ $0[path] }), world.steady() < kept.until { return kept.text }
    let text = world.read(path).flatMap { String(validating: $0, as: UTF8.self) }?.trimmingBlanks ?? ""
    guard TokenExchange.canTravel(text) else {
      throw ServiceError(.login, "the file '\(path)' cannot be read or holds no token")
    }
    kept.withLock { $0[path] = (Secret(text), world.steady() + Self.life) }
    return Secret(text)
  }
}

extension String {
  /// Without blanks and line ends at both ends.
  var trimmingBlanks: String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
