// SPDX-License-Identifier: Apache-2.0
import Crypto
import CryptoExtras
import ExportCore
import Foundation
import ExportTesting
import Testing

@testable import ExportHTTP

/// What descriptions prove with. The vectors were made apart from this program, by a few lines of Python.
@Suite struct ProofTests {
  private static func header(
    _ proof: some RequestProof, _ request: HTTPRequest = HTTPRequest("GET", "https://a.example/")
  )
    async throws -> String?
  {
    try await proof.prove(request).request.header("Authorization")
  }

  // MARK: Keys

  @Test func `a key in a header takes the place of one that is there`() async throws {
    let request = HTTPRequest("GET", "https://a.example/", headers: [("x-api-key", "old"), ("Accept", "a")])

    let proven = try await HeaderProof("X-Api-Key", Secret("k-1")).prove(request)

    #expect(proven.request.headers.map { "\($0.name): \($0.value)" } == ["Accept: a", "X-Api-Key: k-1"])
    #expect(proven.secrets == [Secret("k-1")])
  }

  @Test func `a user and a password are one text in Base64`() async throws {
    let header = try await Self.header(HeaderProof(user: Secret("Aladdin"), password: Secret("open sesame")))

    #expect(header == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
  }

  @Test(arguments: [
    ("https://a.example/x", "https://a.example/x?api%20key=k%261"),
    ("https://a.example/x?b=1", "https://a.example/x?b=1&api%20key=k%261"),
    ("https://a.example/x?api%20key=old&b=1", "https://a.example/x?b=1&api%20key=k%261"),
    ("https://a.example/x?%61pi%20key=old", "https://a.example/x?api%20key=k%261"),
  ])
  func `a key in the query stands there once`(url: String, expected: String) async throws {
    let proven = try await QueryProof("api key", Secret("k&1")).prove(HTTPRequest("GET", url))

    #expect(proven.request.url == expected)
  }

  // MARK: Shared access signatures of Azure

  @Test func `a signature with a key in Base64 is IoT Hub's`() async throws {
    let proof = try AzureSASProof(
      key: Secret("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="), form: .base64,
      resource: "contoso.azure-devices.net", policy: "registryReadWrite", life: .seconds(3600), isLower: false,
      now: { Instant(seconds: 1_704_067_200) })

    #expect(
      try await Self.header(proof) == "SharedAccessSignature sr=contoso.azure-devices.net"
        + "&sig=AJ7TxT0cQu1Lc9mBp9m556FRptGUC7xw%2Ff%2Btzhhek3s%3D&se=1704070800&skn=registryReadWrite")
  }

  @Test func `a signature with a key as text over a resource in lower case is Notification Hubs'`() async throws {
    let proof = try AzureSASProof(
      key: Secret("bm90LWJhc2U2NC1oZXJl"), form: .text, resource: "https://Contoso.servicebus.windows.net/Hub",
      policy: "Default Full", life: .seconds(3600), isLower: true, now: { Instant(seconds: 1_704_067_200) })

    #expect(
      try await Self.header(proof)
        == "SharedAccessSignature sr=https%3A%2F%2Fcontoso.servicebus.windows.net%2Fhub"
        + "&sig=i8CeGF5ZJHYcjg0lhcN%2B8RbhEp0ll4xt2YWen1P3hxM%3D&se=1704070800&skn=Default%20Full")
  }

  @Test func `a key that is not Base64 is told without it`() {
    let error = #expect(throws: ServiceError.self) {
      try AzureSASProof(
        key: Secret("CANARY!"), form: .base64, resource: "r", policy: "p", life: .seconds(60), isLower: false)
    }

    #expect(error == ServiceError(.login, "the key of the policy 'p' is not Base64"))
  }

  // MARK: Signatures of AWS

  private static func aws(
    _ request: HTTPRequest, service: String = "service", region: String = "us-east-1", session: Secret? = nil,
    at time: Int64 = 1_440_938_160
  ) async throws -> HTTPRequest {
    try await AWSSignature(
      service: service, region: region, id: "AKIDEXAMPLE", secret: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      session: session, now: { Instant(seconds: time) }
    ).prove(request).request
  }

  @Test(arguments: [
    ("GET", "/", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("GET", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("GET", "/?Param2=value2&Param1=value1", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ("GET", "/%E1%88%B4", "", "697b34846207a3f72246f99d74ae1ee4fe54f44bb06730c58a0d339eb079596d"),
    ("GET", "/a/../b/./..", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("POST", "/", "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
  ])
  func `requests are signed as AWS checks them`(
    method: String, target: String, body: String, signature: String
  ) async throws {
    let type = body.isEmpty ? [] : [("Content-Type", "application/x-www-form-urlencoded")]
    let request = HTTPRequest(
      method, "https://example.amazonaws.com\(target)", headers: type.map { (name: $0.0, value: $0.1) },
      body: body.isEmpty ? nil : Array(body.utf8))

    let signed = try await Self.aws(request)

    #expect(signed.header("X-Amz-Date") == "20150830T123600Z")
    #expect(
      signed.header("Authorization")
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        + "SignedHeaders=\(body.isEmpty ? "" : "content-type;")host;x-amz-date, Signature=\(signature)")
  }

  @Test func `a session's token is sent and signed`() async throws {
    let signed = try await Self.aws(
      HTTPRequest("POST", "https://example.amazonaws.com/"), session: Secret("AQoDYXdzEPT//////////wEXAMPLE"))

    #expect(signed.header("X-Amz-Security-Token") == "AQoDYXdzEPT//////////wEXAMPLE")
    #expect(
      signed.header("Authorization")?.hasSuffix(
        "SignedHeaders=host;x-amz-date;x-amz-security-token, "
          + "Signature=997fca65d08f4072d2c61b34906c6c8e83179f706ce49ad9dbb7c41659dc53cc") == true)
  }

  @Test func `what else a request says is signed too, apart from its own id`() async throws {
    let request = HTTPRequest(
      "POST", "https://logs.eu-west-1.amazonaws.com/",
      headers: [
        ("X-Amz-Target", "Logs_20140328.CreateExportTask"), ("Content-Type", "application/x-amz-json-1.1"),
        ("Accept", "application/json"), ("x-ms-client-request-id", "id"),
      ], body: Array(#"{"taskName":"x"}"#.utf8))

    let signed = try await Self.aws(request, service: "logs", region: "eu-west-1", at: 1_706_662_923)

    #expect(
      signed.header("Authorization")
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240131/eu-west-1/logs/aws4_request, "
        + "SignedHeaders=accept;content-type;host;x-amz-date;x-amz-target, "
        + "Signature=b6ef671e5b504585ffad54fedcea3411569294c36bcb2056406320f7c45418c1")
  }

  // MARK: Signed tokens

  private static func parts(_ token: String) throws -> (header: JSONValue, claims: JSONValue, signature: Data) {
    let parts = token.split(separator: ".").map { part -> Data in
      let text = part.replacing("-", with: "+").replacing("_", with: "/")
      return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)) ?? Data()
    }
    try #require(parts.count == 3)
    return (try JSONValue(parsing: Array(parts[0])), try JSONValue(parsing: Array(parts[1])), parts[2])
  }

  private static func signedText(_ token: String) -> Data {
    Data(token.split(separator: ".").prefix(2).joined(separator: ".").utf8)
  }

  @Test func `a token that we sign is checked by the key's public half`() async throws {
    let key = P256.Signing.PrivateKey()
    let grant = try SignedTokenGrant(
      key: Secret(key.pemRepresentation), keyID: "K1", issuer: "i-1", audience: "exports-v1", life: .seconds(900))
    let world = CredentialWorld(transport: AnsweringTransport.token, now: { Instant(seconds: 1000) })
    let proof = grant.proof(in: world)

    let first = try await proof.prove(HTTPRequest("GET", "https://a.example/"))
    let same = try await proof.prove(HTTPRequest("GET", "https://a.example/"))
    let isAnother = await proof.refused(first)
    let other = try await proof.prove(HTTPRequest("GET", "https://a.example/"))

    let token = String(try #require(first.request.header("Authorization")).dropFirst("Bearer ".count))
    let (header, claims, signature) = try Self.parts(token)
    #expect(header == ["alg": "ES256", "kid": "K1", "typ": "JWT"])
    #expect(claims == ["aud": "exports-v1", "exp": 1900, "iat": 1000, "iss": "i-1"])
    let isRight = key.publicKey.isValidSignature(
      try P256.Signing.ECDSASignature(rawRepresentation: signature), for: Self.signedText(token))
    #expect(isRight)
    #expect(same.request.header("Authorization") == first.request.header("Authorization"))
    #expect(isAnother)
    // A signature of this kind is another one each time.
    #expect(other.request.header("Authorization") != first.request.header("Authorization"))
  }

  @Test func `a statement signed with RSA is changed for a token`() async throws {
    let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    let transport = AnsweringTransport.token
    let world = CredentialWorld(transport: transport, now: { Instant(seconds: 1000) })
    let proof = try OAuthAssertionGrant(
      url: "https://login.example/token", key: Secret(key.pemRepresentation), issuer: "i-1", subject: "u-1",
      audience: "https://login.example", scope: "read write", life: .seconds(300)
    ).proof(in: world)

    let header = try await Self.header(proof)

    let form = transport.sent[0].members
    let token = try #require(form["assertion"])
    let (jwt, claims, signature) = try Self.parts(token)
    #expect(header == "Bearer t-1")
    #expect(transport.sent.map(\.url) == ["https://login.example/token"])
    #expect(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
    #expect(form["scope"] == "read write")
    #expect(jwt == ["alg": "RS256", "typ": "JWT"])
    #expect(
      claims == [
        "aud": "https://login.example", "exp": 1300, "iat": 1000, "iss": "i-1", "scope": "read write", "sub": "u-1",
      ])
    let isRight = key.publicKey.isValidSignature(
      _RSA.Signing.RSASignature(rawRepresentation: signature), for: Self.signedText(token), padding: .insecurePKCS1v1_5)
    #expect(isRight)
  }

  @Test func `keys of another kind are told without them`() {
    let es = #expect(throws: ServiceError.self) {
      try SignedTokenGrant(key: Secret("CANARY"), keyID: "K1", issuer: "i", audience: "a", life: .seconds(60))
    }
    let rs = #expect(throws: ServiceError.self) {
      try OAuthAssertionGrant(
        url: "https://a.example/", key: Secret("CANARY"), issuer: "i", audience: "a", life: .seconds(60))
    }

    #expect(es == ServiceError(.login, "the key 'K1' is no private key of the curve P-256 in PEM"))
    #expect(rs == ServiceError(.login, "the key is no private RSA key in PEM"))
  }

  // MARK: Client credentials

  @Test(arguments: [OAuthClientGrant.Style.body, .basic])
  func `an id and a secret are changed for a token`(style: OAuthClientGrant.Style) async throws {
    let transport = AnsweringTransport.token
    let proof = try OAuthClientGrant(
      url: "https://login.example/token", id: "i:1", secret: Secret("s 1"), scope: "read", audience: "a", style: style
    ).proof(in: CredentialWorld(transport: transport))

    let first = try await Self.header(proof)
    let second = try await Self.header(proof)

    let request = try #require(transport.sent.first)
    let common = ["grant_type": "client_credentials", "scope": "read", "audience": "a"]
    #expect([first, second] == ["Bearer t-1", "Bearer t-1"])
    #expect(transport.sent.count == 1)
    #expect(
      request.members
        == (style == .basic ? common : common.merging(["client_id": "i:1", "client_secret": "s 1"]) { $1 }))
    // `i%3A1:s%201`
    #expect(request.header("Authorization") == (style == .basic ? "Basic aSUzQTE6cyUyMDE=" : nil))
  }

  @Test(arguments: ["http://login.example/token", "ftp://login.example/", "login.example", "https://"])
  func `a token is not asked for where others can listen`(url: String) {
    let error = #expect(throws: ServiceError.self) {
      try OAuthClientGrant(url: url, id: "i", secret: Secret("s"))
    }

    #expect(error == ServiceError(.never, "the address for tokens must be https, or on this machine"))
  }

  @Test func `a refusal of the token endpoint is told without id and secret`() async throws {
    let transport = AnsweringTransport(400, #"{"error":"invalid_client","error_description":"CANARY-i and CANARY-s"}"#)
    let proof = try OAuthClientGrant(
      url: "http://127.0.0.1:1/token", id: "CANARY-i", secret: Secret("CANARY-s")
    ).proof(in: CredentialWorld(transport: transport))

    let error = try await #require(throws: ServiceError.self) { try await Self.header(proof) }

    #expect(error.kind == .login)
    #expect(
      error.message.hasPrefix("the credential of the client was refused: <secret> and <secret> (request "))
  }
}
