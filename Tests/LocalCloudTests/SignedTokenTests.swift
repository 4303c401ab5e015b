// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Testing

@testable import LocalCloud

/// Tokens that the cloud gives out and knows again.
@Suite struct SignedTokenTests {
  private static let form = [("Content-Type", "application/x-www-form-urlencoded")]
  private static let management = "https://management.azure.com/"

  private static func with(
    strict: Bool = true, _ body: @escaping @Sendable (CloudBench) async throws -> Void
  ) async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url, { $0.strict = strict }, body)
  }

  /// A token of version 2 for a resource.
  private static func token(_ bench: CloudBench, for resource: String = management) async throws -> String {
    let ends = bench.endpoints
    let scope = "\(resource)/.default".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let answer = try await bench.send(
      "POST", "/\(ends.tenant)/oauth2/v2.0/token", headers: form,
      body: "grant_type=client_credentials&client_id=\(ends.client)&client_secret=\(ends.secret)&scope=\(scope)")
    return try #require(answer.json["access_token"] as? String)
  }

  private static func list(_ bench: CloudBench, _ token: String) async throws -> CloudBench.Answer {
    try await bench.send(
      "GET", "\(CloudBench.tasks)?api-version=2014-12-01", headers: [("Authorization", "Bearer \(token)")])
  }

  private static func data(_ text: some StringProtocol) -> Data {
    let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)) ?? Data()
  }

  @Test func `a token is signed with the key that discovery tells`() async throws {
    try await Self.with { bench in
      let configuration = try await bench.send(
        "GET", "/\(bench.endpoints.tenant)/v2.0/.well-known/openid-configuration")
      let keys = try await bench.send("GET", configuration.json["jwks_uri"] as? String ?? "")
      let key = try #require((keys.json["keys"] as? [[String: String]])?.first)
      let token = try await Self.token(bench)
      let parts = token.split(separator: ".").map(String.init)
      let claims = try JSONDecoder().decode(TokenClaims.self, from: Self.data(parts[1]))

      #expect(
        configuration.json["token_endpoint"] as? String
          == "\(bench.endpoints.managementURL)/\(bench.endpoints.tenant)/oauth2/v2.0/token")
      #expect(configuration.json["issuer"] as? String == claims.iss)
      let point = Self.data(key["x"] ?? "") + Self.data(key["y"] ?? "")
      let published = try P256.Signing.PublicKey(rawRepresentation: point)
      let signature = try P256.Signing.ECDSASignature(rawRepresentation: Self.data(parts[2]))
      #expect(published.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)))
      #expect(claims.aud == Self.management && claims.tid == bench.endpoints.tenant && claims.ver == "2.0")
      #expect(claims.azp == bench.endpoints.client && claims.exp == claims.iat + 3599)
      #expect(try await Self.list(bench, token).status == 200)
    }
  }

  @Test(arguments: [
    "https://management.azure.com", "https://management.azure.com/", "https://management.core.windows.net",
    "https://management.core.windows.net/",
  ])
  func `the management API has four spellings of its audience`(audience: String) async throws {
    try await Self.with { bench in
      let status = try await Self.list(bench, try await Self.token(bench, for: audience)).status
      #expect(status == 200)
    }
  }

  @Test func `strict, only a token of the right kind is good`() async throws {
    try await Self.with { bench in
      let good = try await Self.token(bench)
      let wrong = try await Self.list(bench, try await Self.token(bench, for: "https://storage.azure.com"))
      let forged = try await Self.list(bench, String(good.dropLast(4)) + "AAAA")
      let foreign = try await Self.list(bench, "any")
      let storage = try await bench.send(
        "GET", "\(bench.endpoints.blobURL)/exports?restype=container&comp=list",
        headers: [("Authorization", "Bearer \(good)")])

      #expect(wrong.status == 401 && wrong.code == "InvalidAuthenticationTokenAudience")
      #expect(forged.status == 401 && forged.code == "InvalidAuthenticationToken")
      #expect(foreign.status == 401 && foreign.code == "InvalidAuthenticationToken")
      #expect(
        foreign.headers["www-authenticate"]?.hasPrefix(
          "Bearer authorization_uri=\"https://login.windows.net/\(bench.endpoints.tenant)\", error=\"invalid_token\"")
          ?? false)
      #expect(storage.status == 401 && storage.headers["x-ms-error-code"] == "InvalidAuthenticationInfo")
    }
  }

  @Test func `otherwise tokens of others are taken, and broken ones of its own are not`() async throws {
    try await Self.with(strict: false) { bench in
      let good = try await Self.token(bench, for: "https://storage.azure.com")
      let own = try await Self.list(bench, good)
      let foreign = try await Self.list(bench, "any")
      let forged = try await Self.list(bench, String(good.dropLast(4)) + "AAAA")

      #expect(own.status == 200 && foreign.status == 200 && forged.status == 401)
    }
  }

  @Test func `a token outlives a restart, and ends when it says so`() async throws {
    let folder = CloudFolder()
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    let first = try TokenSigner(CloudStore(directory: folder.url, seed: 1))
    let second = try TokenSigner(CloudStore(directory: folder.url, seed: 1))
    let claims = TokenClaims(
      aud: "a", iss: "i", tid: "t", oid: "o", sub: "o", ver: "1.0", appid: "c", iat: 100, nbf: 100, exp: 3699)
    let token = try first.token(claims)

    #expect(try second.claims(of: token, now: 3698) == claims)
    #expect(throws: TokenSigner.Flaw.expired) { try second.claims(of: token, now: 3699) }
    #expect(throws: TokenSigner.Flaw.foreign) { try second.claims(of: "a.b.c", now: 0) }
  }

  /// The form's end, and the error.
  @Test(arguments: [
    ("v2.0/", "scope=https%3A%2F%2Fmanagement.azure.com", "invalid_scope", 70_011),
    ("v2.0/", "scope=nothing%2F.default", "invalid_resource", 500_011),
    ("", "resource=nothing", "invalid_resource", 500_011),
    ("", "", "invalid_request", 900_144),
  ])
  func `what a token is asked for must be something`(version: String, end: String, error: String, code: Int)
    async throws
  {
    try await Self.with { bench in
      let ends = bench.endpoints
      let answer = try await bench.send(
        "POST", "/\(ends.tenant)/oauth2/\(version)token", headers: Self.form,
        body: "grant_type=client_credentials&client_id=\(ends.client)&client_secret=\(ends.secret)&\(end)")

      #expect(answer.status == 400)
      #expect(answer.json["error"] as? String == error && answer.json["error_codes"] as? [Int] == [code])
      for name in ["timestamp", "trace_id", "correlation_id", "error_uri"] { #expect(answer.json[name] is String) }
    }
  }
}
