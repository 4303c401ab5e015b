// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Testing

@testable import LocalCloud

/// What signatures sign, by kind and version (contract.md 6.1).
@Suite struct SignedTextTests {
  private static func text(_ query: String, blob: String = "") -> SignedText {
    SignedText(query: CloudQuery(query), account: "devacct", container: "cont", blob: blob)
  }

  private static let times = "sp=racwdl&st=2029-01-01&se=2030-01-01T00%3A00%3A00Z"

  /// The first and the third are those of real clients.
  @Test(arguments: [
    (
      "sp=racwdl&se=2030-01-01T00%3A00%3A00Z&spr=https,http&sv=2026-10-06&sr=c",
      "racwdl\n\n2030-01-01T00:00:00Z\n/blob/devacct/cont\n\n\nhttps,http\n2026-10-06\nc\n\n\n\n\n\n\n"
    ),
    (
      "\(times)&sip=10.0.0.1&spr=https&sv=2018-11-09&sr=c&rsct=text%2Fplain",
      "racwdl\n2029-01-01\n2030-01-01T00:00:00Z\n/blob/devacct/cont\n\n10.0.0.1\nhttps\n2018-11-09\nc\n\n\n\n\n\ntext/plain"
    ),
    (
      "\(times)&sv=2015-12-11&sr=c&sip=10.0.0.1-10.0.0.9",
      "racwdl\n2029-01-01\n2030-01-01T00:00:00Z\n/blob/devacct/cont\n\n10.0.0.1-10.0.0.9\n\n2015-12-11\n\n\n\n\n"
    ),
    (
      "\(times)&sv=2013-08-15&sr=c&rscc=none",
      "racwdl\n2029-01-01\n2030-01-01T00:00:00Z\n/devacct/cont\n\n2013-08-15\nnone\n\n\n\n"
    ),
    ("\(times)&sv=2012-02-12&sr=c", "racwdl\n2029-01-01\n2030-01-01T00:00:00Z\n/devacct/cont\n\n2012-02-12"),
    (
      "\(times)&sv=2020-12-06&sr=c&ses=scope",
      "racwdl\n2029-01-01\n2030-01-01T00:00:00Z\n/blob/devacct/cont\n\n\n\n2020-12-06\nc\n\nscope\n\n\n\n\n"
    ),
  ])
  func `a service signature has the fields of its version`(query: String, expected: String) {
    #expect(Self.text(query).service == expected)
  }

  @Test(arguments: [
    ("sr=b&sv=2020-02-10", "a/b.txt", "/blob/devacct/cont/a/b.txt"),
    ("sr=c&sv=2020-02-10", "a/b.txt", "/blob/devacct/cont"),
    ("sr=d&sdd=1&sv=2020-02-10", "a/b/c.txt", "/blob/devacct/cont/a"),
    ("sr=d&sdd=2&sv=2020-02-10", "a/b/c", "/blob/devacct/cont/a/b"),
  ])
  func `what it is for stands in it`(query: String, blob: String, resource: String) {
    #expect(
      Self.text(query, blob: blob).service.split(separator: "\n", omittingEmptySubsequences: false)[3] == resource)
  }

  @Test func `an account's signature has lines with ends`() {
    let query = "sp=rwdlac&ss=b&srt=sco&se=2030-01-01T00%3A00%3A00Z&sv="

    #expect(
      Self.text(query + "2026-10-06").wholeAccount
        == "devacct\nrwdlac\nb\nsco\n\n2030-01-01T00:00:00Z\n\n\n2026-10-06\n\n")
    #expect(
      Self.text(query + "2015-12-11").wholeAccount
        == "devacct\nrwdlac\nb\nsco\n\n2030-01-01T00:00:00Z\n\n\n2015-12-11\n")
  }

  private static let delegated =
    "sp=r&st=1&se=2&skoid=O&sktid=T&skt=3&ske=4&sks=b&skv=5&sr=b&saoid=A&suoid=U&scid=C&skdutid=D&sduoid=E&ses=S&sip=I&spr=P"

  @Test(arguments: [
    ("2018-11-09", "r\n1\n2\n/blob/devacct/cont/x\nO\nT\n3\n4\nb\n5\nI\nP\n2018-11-09\nb\n\n\n\n\n\n"),
    ("2020-02-10", "r\n1\n2\n/blob/devacct/cont/x\nO\nT\n3\n4\nb\n5\nA\nU\nC\nI\nP\n2020-02-10\nb\n\n\n\n\n\n"),
    ("2020-12-06", "r\n1\n2\n/blob/devacct/cont/x\nO\nT\n3\n4\nb\n5\nA\nU\nC\nI\nP\n2020-12-06\nb\n\nS\n\n\n\n\n"),
    (
      "2025-07-05", "r\n1\n2\n/blob/devacct/cont/x\nO\nT\n3\n4\nb\n5\nA\nU\nC\nD\nE\nI\nP\n2025-07-05\nb\n\nS\n\n\n\n\n"
    ),
    (
      "2026-04-06",
      "r\n1\n2\n/blob/devacct/cont/x\nO\nT\n3\n4\nb\n5\nA\nU\nC\nD\nE\nI\nP\n2026-04-06\nb\n\nS\n\n\n\n\n\n\n"
    ),
  ])
  func `a user's signature has the fields of its version`(version: String, expected: String) {
    #expect(Self.text("\(Self.delegated)&sv=\(version)", blob: "x").delegation == expected)
  }

  // MARK: Checks

  private static let check = SignatureCheck(account: "devacct", key: SymmetricKey(data: Data("key".utf8)))
  private static let now = CloudTime.instant("2029-06-01T00:00:00Z") ?? 0

  /// Signs a query and checks it; the code of the refusal.
  private static func outcome(
    _ query: String, _ place: SignatureCheck.Place, kind: KeyPath<SignedText, String> = \.service
  ) -> String? {
    let text = SignedText(query: CloudQuery(query), account: "devacct", container: place.container, blob: place.blob)
    let delegation = DelegationKey(CloudQuery(query)).value(from: check.key)
    let key = kind == \.delegation ? SymmetricKey(data: delegation) : check.key
    let sig = check.signature(text[keyPath: kind], key).replacing("+", with: "%2B").replacing("/", with: "%2F")
      .replacing("=", with: "%3D")
    do {
      try check.check(sas: CloudQuery("\(query)&sig=\(sig)"), place, now: now)
      return nil
    } catch {
      return (error as? BlobRefusal)?.code
    }
  }

  private static func place(_ right: BlobRight, isSecure: Bool = false) -> SignatureCheck.Place {
    SignatureCheck.Place(container: "cont", blob: "x", right: right, isSecure: isSecure)
  }

  @Test(arguments: [
    "2012-02-12", "2013-08-15", "2014-02-14", "2015-02-21", "2015-04-05", "2015-12-11", "2018-03-28", "2018-11-09",
    "2020-12-06",
    "2022-11-02", "2026-10-06", "2031-01-01",
  ])
  func `every version of a container's signature is good for what it permits, and for nothing else`(version: String) {
    let query = "\(Self.times)&sr=c&sv=\(version)".replacing("racwdl", with: "wl")

    #expect(Self.outcome(query, Self.place(.write)) == nil)
    #expect(Self.outcome(query, Self.place(.read)) == "AuthorizationPermissionMismatch")
    #expect(Self.outcome(query, Self.place(.container)) == "AuthorizationPermissionMismatch")
  }

  @Test(arguments: [
    ("&spr=https", false, "AuthorizationProtocolMismatch" as String?), ("&spr=https", true, nil),
    ("&spr=https,http", false, nil),
    ("&spr=ftp", false, "AuthenticationFailed"), ("&sip=127.0.0.1", false, nil),
    ("&sip=10.0.0.1-10.0.0.9", false, "AuthorizationSourceIPMismatch"),
    ("&sip=127.0.0.0-127.0.0.255", false, nil), ("&sip=nowhere", false, "AuthenticationFailed"),
    ("&si=policy", false, "AuthenticationFailed"),
  ])
  func `protocol, address and policy are held`(more: String, isSecure: Bool, code: String?) {
    #expect(Self.outcome("\(Self.times)&sr=c&sv=2020-12-06\(more)", Self.place(.read, isSecure: isSecure)) == code)
  }

  @Test(arguments: [
    ("st=2029-07-01&se=2030-01-01", "AuthenticationFailed" as String?), ("se=2029-06-01", "AuthenticationFailed"),
    ("se=2029-06-01T00:00:01Z", nil), ("se=soon", "AuthenticationFailed"),
    ("st=soon&se=2030-01-01", "AuthenticationFailed"),
    ("st=2029-01-01", "AuthenticationFailed"), ("se=2029-06-01T00:01Z", nil),
  ])
  func `times are held`(times: String, code: String?) {
    #expect(Self.outcome("sp=r&\(times)&sr=c&sv=2020-12-06", Self.place(.read)) == code)
  }

  @Test(arguments: [
    ("ss=b&srt=o&sp=r", BlobRight.read, nil as String?), ("ss=q&srt=o&sp=r", .read, "AuthorizationServiceMismatch"),
    ("ss=bf&srt=c&sp=r", .read, "AuthorizationResourceTypeMismatch"),
    ("ss=b&srt=o&sp=w", .read, "AuthorizationPermissionMismatch"),
    ("ss=b&srt=c&sp=c", .createContainer, nil), ("ss=b&srt=c&sp=w", .createContainer, nil),
    ("ss=b&srt=c&sp=d", .deleteContainer, nil),
    ("ss=b&srt=c&sp=r", .deleteContainer, "AuthorizationPermissionMismatch"), ("ss=b&srt=c&sp=l", .list, nil),
    ("ss=b&srt=s&sp=l", .listContainers, nil),
    ("ss=b&srt=o&sp=c", .createOrWrite, nil), ("ss=b&srt=o&sp=c", .write, "AuthorizationPermissionMismatch"),
  ])
  func `an account's signature is for services, kinds of resources and rights`(
    query: String, right: BlobRight, code: String?
  ) {
    #expect(Self.outcome("\(query)&se=2030-01-01&sv=2015-12-11", Self.place(right), kind: \.wholeAccount) == code)
  }

  @Test(arguments: [
    ("skt=2029-01-01T00:00:00Z&ske=2029-07-01T00:00:00Z", nil as String?),
    ("skt=2029-06-02T00:00:00Z&ske=2029-07-01T00:00:00Z", "AuthenticationFailed"),
    ("skt=2029-01-01T00:00:00Z&ske=2029-06-01T00:00:00Z", "AuthenticationFailed"),
  ])
  func `a user's key has times of its own`(times: String, code: String?) {
    let query = "sp=r&se=2030-01-01&sr=b&skoid=o&sktid=t&\(times)&sks=b&skv=2020-12-06&sv=2020-12-06"

    #expect(Self.outcome(query, Self.place(.read), kind: \.delegation) == code)
    #expect(Self.outcome(query, Self.place(.read)) == "AuthenticationFailed")
  }

  // MARK: Checksums

  /// The check value that the algorithm's definition gives for these digits.
  @Test func `the checksum is CRC-64 NVME, lowest byte first`() {
    var sum = CRC64()
    sum.update(Data("1234".utf8))
    sum.update(Data("56789".utf8))

    #expect(sum.text == Data([0xAE, 0x8B, 0x14, 0x86, 0x0A, 0x79, 0x98, 0x88].reversed()).base64EncodedString())
    #expect(CRC64().text == Data(count: 8).base64EncodedString())
  }
}
