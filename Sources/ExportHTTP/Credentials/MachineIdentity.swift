// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The instance metadata service that machines, their sets and AKS nodes have.
struct MachineIdentity: TokenFetcher {
  static let variable = "AZURE_POD_IDENTITY_AUTHORITY_HOST"
  static let standard = "http://169.254.169.254"
  /// What a service that is being updated is left alone for.
  static let updatePause: Duration = .seconds(70)
  /// Longer than this nobody waits for a machine that has no such service.
  static let probeLimit: Duration = .seconds(1)

  var base: String
  var identity: ManagedIdentityCredential.Identity?

  static func base(in world: CredentialWorld) -> String {
    let base = world.variable(variable) ?? standard
    return base.hasSuffix("/") ? String(base.dropLast()) : base
  }

  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken {
    let exchange = exchange(world)
    let request = HTTPRequest(
      "GET", url(audience),
      headers: [
        ("Metadata", "true"), ("Accept", "application/json"), ("x-ms-client-request-id", exchange.requestID),
      ])
    let response = try await exchange.send(request, over: world.transport)
    switch response.head.status {
    case 410:
      throw exchange.failure(
        .busy, "the machine's identity service is being updated", response,
        retryAfter: max(Self.updatePause, response.head.retryAfter(now: world.now()) ?? .zero))
    // It is not there yet, right after a start.
    case 404: throw exchange.failure(.again, "the machine's identity service answered 404", response)
    default: return try exchange.token(in: response)
    }
  }

  /// Whether there is such a service: any answer says so, except Docker Desktop's that the address is unreachable.
  func probe(_ audience: TokenAudience, in world: CredentialWorld) async throws -> Bool {
    var request = HTTPRequest(
      "GET", url(audience), headers: [("Accept", "application/json"), ("x-ms-client-request-id", RequestID.next())])
    request.timeLimit = Self.probeLimit
    do {
      let response = try await world.transport.send(request, limit: 1 << 16)
      let text = String(decoding: response.body, as: UTF8.self)
      return !(response.head.status == 403 && text.contains("unreachable"))
    } catch is TransportError {
      return false
    }
  }

  private func exchange(_ world: CredentialWorld) -> TokenExchange {
    TokenExchange(
      place: "the machine's identity service", who: "the managed identity" + (identity.map { " of \($0.title)" } ?? ""),
      requestID: RequestID.next(), now: world.now())
  }

  private func url(_ audience: TokenAudience) -> String {
    let choice: (String, String)? =
      switch identity {
      case .client(let id): ("client_id", id)
      case .resource(let id): ("msi_res_id", id)
      case .object(let id): ("object_id", id)
      case nil: nil
      }
    let query = [("api-version", "2018-02-01"), ("resource", audience.plainScope)] + [choice].compactMap { $0 }
    return "\(base)/metadata/identity/oauth2/token?"
      + query.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
  }
}
