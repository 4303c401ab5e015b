// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Whoever is signed in to the Azure CLI on this machine.
public struct AzureCLICredential: Sendable, Hashable {
  public static let timeLimit: Duration = .seconds(10)

  public var tenant: String?
  public var subscription: String?

  public init(tenant: String? = nil, subscription: String? = nil) {
    (self.tenant, self.subscription) = (tenant, subscription)
  }
}

extension AzureCLICredential: TokenFetcher {
  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken {
    switch try await world.run(ProgramCall(words(audience), timeLimit: Self.timeLimit, keepsErrors: true)) {
    case .notFound: throw problem("was not found: install it, or choose another credential")
    case .timedOut: throw problem("gave no token within \(DurationText.format(Self.timeLimit))", .again)
    case .failed(let how): throw problem(how, .again)
    case .ended(status: 0, let output, _): return try token(in: output, now: world.now())
    case .ended(let status, _, let errors): throw problem(status, errors)
    }
  }

  private func words(_ audience: TokenAudience) -> [String] {
    var words = [
      "az", "account", "get-access-token", "--output", "json", "--resource", audience.plainScope,
    ]
    if let tenant { words += ["--tenant", tenant] }
    if let subscription { words += ["--subscription", subscription] }
    return words
  }

  /// `expires_on` counts seconds; older versions tell only local time, which is good for a few minutes.
  private func token(in output: Secret, now: Instant) throws -> FetchedToken {
    guard let body = try? JSONValue(parsing: Array(output.reveal().utf8)), let text = body["accessToken"]?.string,
      TokenExchange.canTravel(text)
    else { throw problem("printed no token", .again) }
    let end = TokenSeconds.read(body["expires_on"]).map { Instant(seconds: $0) }
    return FetchedToken(token: Secret(text), life: end.map { max(.zero, now.duration(to: $0)) } ?? .seconds(600))
  }

  private func problem(_ status: Int32, _ errors: String) -> ServiceError {
    if errors.contains("az login") { return problem("is not signed in: run 'az login'") }
    let line = errors.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
    return problem("ended with status \(status)\(line.map { ": \($0.prefix(300))" } ?? "")")
  }

  private func problem(_ how: String, _ kind: ErrorClass = .login) -> ServiceError {
    ServiceError(kind, "the Azure CLI ('az') \(how)")
  }
}
