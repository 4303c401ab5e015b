// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import GRDB

/// What a token says (contract.md 4). Times are seconds since 1970.
struct TokenClaims: Codable, Sendable, Equatable {
  /// How long a token is good, in seconds.
  static let life: Int64 = 3599

  var aud, iss, tid, oid, sub, ver: String
  /// The client, as tokens of version 1 name it.
  var appid: String?
  /// And of version 2.
  var azp: String?
  var iat, nbf, exp: Int64
}

/// Signs tokens and knows its own again: JSON Web Tokens with ES256. The key is part of the cloud's data, so that a
/// token outlives a restart.
struct TokenSigner: Sendable {
  private struct Header: Codable {
    var alg = "ES256"
    var typ = "JWT"
    var kid: String
  }

  /// A token that is not good.
  enum Flaw: Error { case foreign, forged, early, expired }

  let keyID: String
  private let key: P256.Signing.PrivateKey

  init(_ store: CloudStore) throws {
    key = try P256.Signing.PrivateKey(rawRepresentation: store.tokenKey { P256.Signing.PrivateKey().rawRepresentation })
    keyID = SHA256.hash(data: key.publicKey.x963Representation).prefix(8).map { String(format: "%02x", $0) }.joined()
  }

  func token(_ claims: TokenClaims) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = Self.text(try encoder.encode(Header(kid: keyID))) + "." + Self.text(try encoder.encode(claims))
    return text + "." + Self.text(try key.signature(for: Data(text.utf8)).rawRepresentation)
  }

  /// - Parameter now: in seconds since 1970.
  /// - Throws: `Flaw`; a token that is none of ours is `foreign`.
  func claims(of token: String, now: Int64) throws -> TokenClaims {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let head = Self.data(parts[0]), let body = Self.data(parts[1]),
      let header = try? JSONDecoder().decode(Header.self, from: head), header.kid == keyID
    else { throw Flaw.foreign }
    guard let signed = Self.data(parts[2]), let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signed),
      key.publicKey.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)),
      let claims = try? JSONDecoder().decode(TokenClaims.self, from: body)
    else { throw Flaw.forged }
    guard claims.nbf <= now else { throw Flaw.early }
    guard now < claims.exp else { throw Flaw.expired }
    return claims
  }

  /// The public key, as `discovery/keys` tells it.
  var published: [String: String] {
    let point = key.publicKey.rawRepresentation
    return [
      "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": keyID, "x": Self.text(point.prefix(32)),
      "y": Self.text(point.suffix(32)),
    ]
  }

  // MARK: Base64 for addresses

  private static func text(_ data: some DataProtocol) -> String {
    Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static func data(_ text: Substring) -> Data? {
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
  }
}

extension CloudStore {
  /// The bytes of the key that tokens are signed with, made when there is none.
  fileprivate func tokenKey(_ make: () -> Data) throws -> Data {
    let made = make().base64EncodedString()
    return try pool.write { db in
      try db.execute(sql: "INSERT OR IGNORE INTO setting VALUES ('token_key', ?)", arguments: [made])
      let text = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'token_key'") ?? made
      return Data(base64Encoded: text) ?? Data()
    }
  }
}
