// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportYAML

// `auth:`.
extension DescriptionReader {
  mutating func auth(_ node: YAMLNode) -> AuthRule? {
    guard var reader = MappingReader(node, "'auth'", code: "D001", &problems) else { return nil }
    let kindNode = reader.required("kind", &problems)
    guard let kindNode, let kind = word(kindNode, "kind of auth", AuthRule.Kind.self) else {
      // What the others mean depends on it.
      if kindNode == nil { reader.finish(&problems) }
      return nil
    }
    // What belongs to an app, a job or a window is not known where a proof is made.
    let outside = scopes
    scopes = scopes.filter { ["param", "secret"].contains($0.key) }
    defer { scopes = outside }
    let rule = rule(kind, &reader)
    reader.finish(&problems)
    return rule
  }

  private mutating func rule(_ kind: AuthRule.Kind, _ reader: inout MappingReader) -> AuthRule? {
    switch kind {
    case .none: AuthRule.none
    case .credential: .credential(audience(&reader))
    case .bearer: needed("token", &reader).map { .bearer(token: $0) }
    case .basic: both(needed("user", &reader), needed("password", &reader)).map { .basic(user: $0, password: $1) }
    case .keyHeader: both(headerName(&reader), needed("value", &reader)).map { .keyHeader(name: $0, value: $1) }
    case .keyQuery:
      both(reader.required("name", &problems).flatMap { text($0, "'name'") }, needed("value", &reader))
        .map { .keyQuery(name: $0, value: $1) }
    case .oauthClient: oauthClient(&reader).map { .oauthClient($0) }
    case .oauthAssertion: oauthAssertion(&reader).map { .oauthAssertion($0) }
    case .signedToken: signedToken(&reader).map { .signedToken($0) }
    case .azureSAS: azureSAS(&reader).map { .azureSAS($0) }
    case .awsSignature: awsSignature(&reader).map { .awsSignature($0) }
    }
  }

  // MARK: Kinds

  private mutating func audience(_ reader: inout MappingReader) -> TokenAudience {
    let resource = reader.optional("resource").flatMap { text($0, "'resource'") }
    return TokenAudience(resource: resource, scope: reader.optional("scope").flatMap { text($0, "'scope'") })
  }

  private mutating func oauthClient(_ reader: inout MappingReader) -> OAuthClientRule? {
    let (url, id, secret) = (tokenURL(&reader), needed("id", &reader), needed("secret", &reader))
    let (scope, audience) = (wanted("scope", &reader), wanted("audience", &reader))
    let style = reader.optional("style").map { word($0, "style", OAuthClientGrant.Style.self) } ?? .body
    guard let url, let id, let secret, let style else { return nil }
    return OAuthClientRule(url: url, id: id, secret: secret, scope: scope, audience: audience, style: style)
  }

  private mutating func oauthAssertion(_ reader: inout MappingReader) -> OAuthAssertionRule? {
    let (url, key, issuer) = (tokenURL(&reader), needed("key", &reader), needed("issuer", &reader))
    let (subject, audience) = (wanted("subject", &reader), needed("audience", &reader))
    let (scope, life) = (wanted("scope", &reader), life(&reader, .seconds(300)))
    guard let url, let key, let issuer, let audience, let life else { return nil }
    return OAuthAssertionRule(
      url: url, key: key, issuer: issuer, subject: subject, audience: audience, scope: scope, life: life)
  }

  private mutating func signedToken(_ reader: inout MappingReader) -> SignedTokenRule? {
    let (key, keyID) = (needed("key", &reader), needed("key_id", &reader))
    let (issuer, audience) = (needed("issuer", &reader), needed("audience", &reader))
    guard let life = life(&reader, .seconds(900)), let key, let keyID, let issuer, let audience else { return nil }
    return SignedTokenRule(key: key, keyID: keyID, issuer: issuer, audience: audience, life: life)
  }

  private mutating func azureSAS(_ reader: inout MappingReader) -> AzureSASRule? {
    let (key, resource, policy) = (needed("key", &reader), needed("resource", &reader), needed("policy", &reader))
    let form = reader.optional("key_form").map { word($0, "form of a key", AzureSASProof.KeyForm.self) } ?? .base64
    let isLower = reader.optional("lower").map { flag($0, "'lower'") } ?? false
    guard let life = life(&reader, .seconds(3600)), let key, let resource, let policy, let form else { return nil }
    return AzureSASRule(key: key, form: form, resource: resource, policy: policy, life: life, isLower: isLower)
  }

  private mutating func awsSignature(_ reader: inout MappingReader) -> AWSSignatureRule? {
    let (service, region) = (needed("service", &reader), needed("region", &reader))
    let (id, secret, session) = (needed("id", &reader), needed("secret", &reader), wanted("session", &reader))
    guard let service, let region, let id, let secret else { return nil }
    return AWSSignatureRule(service: service, region: region, id: id, secret: secret, session: session)
  }

  // MARK: Values

  private mutating func needed(_ name: String, _ reader: inout MappingReader) -> Template? {
    reader.required(name, &problems).flatMap { filledTemplate($0, "'\(name)'") }
  }

  private mutating func wanted(_ name: String, _ reader: inout MappingReader) -> Template? {
    reader.optional(name).flatMap { filledTemplate($0, "'\(name)'") }
  }

  /// A template that is not empty.
  private mutating func filledTemplate(_ node: YAMLNode, _ noun: String) -> Template? {
    text(node, noun) == nil ? nil : template(node)
  }

  /// How long what we sign is good. Absent or right; `nil` when it is wrong.
  private mutating func life(_ reader: inout MappingReader, _ usual: Duration) -> Duration? {
    guard let node = reader.optional("life") else { return usual }
    guard let life = duration(node) else { return nil }
    guard life >= .seconds(60) else {
      add(
        "D031", "'life' is too short: '\(node.text ?? "")'", at: node.place,
        help: "write 1m or more: clocks differ, and requests wait")
      return nil
    }
    return life
  }

  private mutating func headerName(_ reader: inout MappingReader) -> String? {
    guard let node = reader.required("name", &problems), let name = text(node, "'name'") else { return nil }
    guard name.wholeMatch(of: #/[A-Za-z0-9_\-]+/#) != nil else {
      add("D001", "'\(name)' is no name of a header", at: node.place, help: "use letters, digits and '-'")
      return nil
    }
    return name
  }

  /// Behind the base, https, or on this machine; one that begins with a hole is held against that when it is filled.
  private mutating func tokenURL(_ reader: inout MappingReader) -> Template? {
    guard let node = reader.required("token_url", &problems),
      let template = withoutSecrets(.inAddress, { $0.filledTemplate(node, "'token_url'") })
    else { return nil }
    if case .text(let start)? = template.parts.first, !start.hasPrefix("/") || start.hasPrefix("//"),
      !SafeAddress.takesSecrets(template.parts.count == 1 ? start : start + "x")
    {
      add(
        "D030", "'token_url' must be https: '\(node.text ?? "")'", at: node.place,
        help: "write https://HOST/PATH, or /PATH behind the base; plain http is for 127.0.0.1 only")
      return nil
    }
    return template
  }

  private func both<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
    guard let a, let b else { return nil }
    return (a, b)
  }
}
