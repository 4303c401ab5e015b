// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate for this machine, and its key. Both are part of the cloud's data: who was told to trust the certificate
/// need not be told again after a restart.
struct CloudCertificate: Sendable {
  /// How long one is good, and when another takes its place, in days before its end.
  private static let life = 365
  private static let margin = 30

  /// PEM files.
  let certificate, key: URL

  /// Reads what is there, or makes it where there is none or its end is near.
  init(directory: URL) throws {
    let folder = directory.appendingPathComponent("tls")
    certificate = folder.appendingPathComponent("certificate.pem")
    key = folder.appendingPathComponent("key.pem")
    let now = Date()
    if let text = try? String(contentsOf: certificate, encoding: .utf8),
      let there = try? Certificate(pemEncoded: text), FileManager.default.fileExists(atPath: key.path),
      there.notValidAfter > now.addingTimeInterval(Double(Self.margin) * 86_400)
    {
      return
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let own = P256.Signing.PrivateKey()
    try Self.write(own.pemRepresentation, to: key, mode: 0o600)
    try Self.write(try Self.made(own, now).serializeAsPEM().pemString, to: certificate, mode: 0o644)
  }

  /// Signed by itself, for `127.0.0.1`, `localhost` and all below that.
  private static func made(_ key: P256.Signing.PrivateKey, _ now: Date) throws -> Certificate {
    let name = try DistinguishedName { CommonName("Outhaul local cloud") }
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
      notValidBefore: now.addingTimeInterval(-300), notValidAfter: now.addingTimeInterval(Double(life) * 86_400),
      issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames([
          .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])), .dnsName("localhost"), .dnsName("*.localhost"),
          .dnsName("*.blob.localhost"),
        ])
      }, issuerPrivateKey: .init(key))
  }

  private static func write(_ text: String, to file: URL, mode: Int) throws {
    guard
      FileManager.default.createFile(
        atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
    else { throw CocoaError(.fileWriteUnknown) }
  }
}
