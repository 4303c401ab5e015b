// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

extension ServiceDescription {
  /// What proves who sends requests to the service. Nothing is asked before the first request.
  ///
  /// - Parameters:
  ///   - base: where the service is; an address for tokens may be behind it.
  ///   - credential: the tokens of the manifest's credential, for an audience.
  /// - Throws: `ServiceError` when a value is missing or is not of the kind that the proof needs.
  public func proof(
    base: String, parameters: [String: JSONValue], secrets: [String: Secret], world: CredentialWorld,
    credential: (TokenAudience) throws -> any TokenSource
  ) throws -> any RequestProof {
    let values = AuthValues(name: traits.name, base: base, parameters: parameters, secrets: secrets)
    return switch auth {
    case .none: NoProof()
    case .credential(let audience): BearerProof(try credential(audience))
    case .bearer(let token): BearerProof(token: try values.secret(token))
    case .basic(let user, let password):
      HeaderProof(user: try values.secret(user), password: try values.secret(password))
    case .keyHeader(let name, let value): HeaderProof(name, try values.secret(value))
    case .keyQuery(let name, let value): QueryProof(name, try values.secret(value))
    case .oauthClient(let rule): try values.grant(rule).proof(in: world)
    case .oauthAssertion(let rule): try values.grant(rule).proof(in: world)
    case .signedToken(let rule): try values.grant(rule).proof(in: world)
    case .azureSAS(let rule): try values.proof(rule, now: world.now)
    case .awsSignature(let rule): try values.proof(rule, now: world.now)
    }
  }
}

extension ServiceDescription {
  /// What proves who asks signs with a private key in PEM, which no other text can stand for.
  public var wantsKeyInPEM: Bool {
    switch auth {
    case .oauthAssertion, .signedToken: true
    default: false
    }
  }
}

/// What the templates of `auth:` are filled with.
private struct AuthValues {
  let name: String
  let base: String
  let scope: Scope

  init(name: String, base: String, parameters: [String: JSONValue], secrets: [String: Secret]) {
    (self.name, self.base) = (name, base)
    var scope = Scope(parameters: parameters, app: [:])
    scope.secrets = secrets
    self.scope = scope
  }

  func text(_ template: Template) throws -> String {
    guard let text = template.text(scope.value), !text.isEmpty else {
      let missing = template.names.first { scope.value($0) == nil }.map { "\($0.scope).\($0.name)" } ?? "a value"
      throw ServiceError(.login, "'auth' of \(name) needs \(missing), which is not given")
    }
    return text
  }

  func secret(_ template: Template) throws -> Secret { Secret(try text(template)) }

  /// `nil` where an optional value is absent.
  func optional(_ template: Template?) -> String? { template?.text(scope.value) }

  /// Behind the base, or whole.
  private func url(_ template: Template) throws -> String {
    let text = try text(template)
    return text.hasPrefix("/") ? base + text : text
  }

  func grant(_ rule: OAuthClientRule) throws -> OAuthClientGrant {
    try OAuthClientGrant(
      url: try url(rule.url), id: try text(rule.id), secret: try secret(rule.secret), scope: optional(rule.scope),
      audience: optional(rule.audience), style: rule.style)
  }

  func grant(_ rule: OAuthAssertionRule) throws -> OAuthAssertionGrant {
    try OAuthAssertionGrant(
      url: try url(rule.url), key: try secret(rule.key), issuer: try text(rule.issuer),
      subject: optional(rule.subject), audience: try text(rule.audience), scope: optional(rule.scope), life: rule.life)
  }

  func grant(_ rule: SignedTokenRule) throws -> SignedTokenGrant {
    try SignedTokenGrant(
      key: try secret(rule.key), keyID: try text(rule.keyID), issuer: try text(rule.issuer),
      audience: try text(rule.audience), life: rule.life)
  }

  func proof(_ rule: AzureSASRule, now: @escaping @Sendable () -> Instant) throws -> AzureSASProof {
    try AzureSASProof(
      key: try secret(rule.key), form: rule.form, resource: try text(rule.resource), policy: try text(rule.policy),
      life: rule.life, isLower: rule.isLower, now: now)
  }

  func proof(_ rule: AWSSignatureRule, now: @escaping @Sendable () -> Instant) throws -> AWSSignature {
    AWSSignature(
      service: try text(rule.service), region: try text(rule.region), id: try text(rule.id),
      secret: try secret(rule.secret), session: optional(rule.session).map { Secret($0) }, now: now)
  }
}
