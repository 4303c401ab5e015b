// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import Testing

@testable import ExportStorage

@Suite struct SignatureTests {
  static let key = Secret(Data("outhaul test account key".utf8).base64EncodedString())

  private func instant(_ text: String) -> Instant { Instant(text) ?? Instant(seconds: 0) }

  // The signatures were made by another program from the texts of contract.md 6.1 and 6.2, written out by hand.

  private var sas: ContainerSAS {
    ContainerSAS(
      account: "devacct", container: "cont", permissions: "wl", start: instant("2029-12-31T00:00:00Z"),
      expiry: instant("2030-01-01T00:00:00Z"), isSecure: true)
  }

  @Test func `a container's signature signs the sixteen fields of its version`() throws {
    let key = try #require(AccountKey(account: "devacct", secret: Self.key))

    #expect(
      sas.query(signedBy: key)
        == "sv=2021-12-02&sr=c&sp=wl&st=2029-12-31T00%3A00%3A00Z&se=2030-01-01T00%3A00%3A00Z&spr=https&sig="
        + "JE%2BFD00jIS%2FQkyUMG1LmhM3WAOX%2BMX71lm1DDEkJsUU%3D")
  }

  static let delegation = """
    <?xml version="1.0" encoding="utf-8"?><UserDelegationKey><SignedOid>O-1</SignedOid><SignedTid>T-1</SignedTid>\
    <SignedStart>2029-12-30T00:00:00Z</SignedStart><SignedExpiry>2030-01-02T00:00:00Z</SignedExpiry>\
    <SignedService>b</SignedService><SignedVersion>2021-12-02</SignedVersion>\
    <Value>b3V0aGF1bCB0ZXN0IGRlbGVnYXRpb24ga2V5</Value></UserDelegationKey>
    """

  @Test func `a user's signature signs the twenty-four fields of its version, and says which key it is of`() throws {
    let key = try #require(DelegationKey(Array(Self.delegation.utf8)))

    #expect(key.expiry == instant("2030-01-02T00:00:00Z"))
    #expect(
      sas.query(signedBy: key)
        == "sv=2021-12-02&sr=c&sp=wl&st=2029-12-31T00%3A00%3A00Z&se=2030-01-01T00%3A00%3A00Z&spr=https"
        + "&skoid=O-1&sktid=T-1&skt=2029-12-30T00%3A00%3A00Z&ske=2030-01-02T00%3A00%3A00Z&sks=b&skv=2021-12-02"
        + "&sig=rZK%2BRuugMvjNbCsOxq%2BIhn0cz0YvdJTU1Mse%2BjDUat0%3D")
  }

  @Test(arguments: ["SignedOid", "SignedExpiry", "Value"]) func `half a user's key is none`(element: String) {
    #expect(DelegationKey(Array(Self.delegation.replacing("<\(element)>", with: "<X>").utf8)) == nil)
  }

  @Test func `Shared Key signs the canonical request`() throws {
    let key = try #require(AccountKey(account: "devacct", secret: Self.key))

    let headers = key.authorize(
      "GET", path: "/devacct/cont", query: [("restype", "container"), ("comp", "list"), ("prefix", "a b/")],
      headers: [("x-ms-client-request-id", " id ")], now: instant("2016-02-10T12:00:00Z"))

    let part = key.authorize(
      "GET", path: "/devacct/cont/a.json", query: [], headers: [("If-Match", "\"0x1\""), ("Range", "bytes=5-")],
      now: instant("2016-02-10T12:00:00Z"))

    #expect(headers.last?.value == "SharedKey devacct:lVMsXZbcHpli4Tiyh1fJLIluVvuG/Pjayjfy1mv8o7k=")
    #expect(part.last?.value == "SharedKey devacct:u7LaLnQAGJKUnJRc5R8kg3UmYDAovKyWzMqeZ2cJWwk=")
  }

  @Test func `a key that is no Base64 is none`() {
    #expect(AccountKey(account: "a", secret: Secret("not base64!")) == nil)
  }

  @Test(arguments: [
    ("sv=2015-12-11&sr=c&sp=wl&se=2030-01-01T00%3A00%3A00Z&sig=x", nil as String?),
    ("https://a.example/c?sv=2015-12-11&ss=b&srt=sco&sp=rwdlac&se=2030-01-01&sig=x", nil),
    ("?sv=2021-12-02&sr=c&sp=wl&se=2030-01-01T00:00Z&sig=x\n", nil), ("sv=2021-12-02&sr=c&si=policy&sig=x", nil),
    ("sv=2021-12-02&sr=c&sp=wl&se=2016-01-01&sig=x", "it expired at 2016-01-01T00:00:00Z"),
    ("sv=2021-12-02&sr=c&sp=wl&se=soon&sig=x", "its end 'soon' is not a time"),
    ("sv=2021-12-02&sr=c&sp=wl&sig=x", "it has no end 'se'"),
    ("sv=2021-12-02&sr=c&sp=wl&se=2030-01-01&st=2029-01-01&sig=x", "it is not valid before 2029-01-01T00:00:00Z"),
    ("sv=2021-12-02&sr=c&sp=wl&se=2030-01-01&st=soon&sig=x", "its start 'soon' is not a time"),
    ("sv=2021-12-02&sr=c&sp=wl&se=2030-01-01&st=2016-02-10T12:10Z&sig=x", nil),
    ("sv=2021-12-02&sr=c&sp=r&se=2030-01-01&sig=x", "it lacks the permission 'w', 'l'"),
    ("sv=2021-12-02&sr=b&sp=wl&se=2030-01-01&sig=x", "it is for one blob, not for a container"),
    ("sv=2021-12-02&sr=d&sdd=1&sp=wl&se=2030-01-01&sig=x", "it is for a directory, not for a container"),
    ("sv=2021-12-02&sr=f&sp=wl&se=2030-01-01&sig=x", "it is for 'sr=f', not for a container"),
    ("sv=2021-12-02&sp=wl&se=2030-01-01&sig=x", "it says no resource 'sr'"),
    ("sv=2021-12-02&ss=q&srt=sco&sp=wl&se=2030-01-01&sig=x", "it is not for blobs"),
    ("sv=2021-12-02&ss=b&srt=o&sp=wl&se=2030-01-01&sig=x", "it does not reach containers and blobs: 'srt=o'"),
    ("sr=c&sp=wl&se=2030-01-01&sig=x", "it has no version 'sv'"),
    ("sv=new&sr=c&sp=wl&se=2030-01-01&sig=x", "its version 'new' is none"),
    ("sv=2021-12-02&sp=wl", "it has no signature"),
    ("sv=2021-12-02&sp=wl&sig=", "it has no signature"),
  ])
  func `a given signature is looked at before it is used`(text: String, problem: String?) {
    let now = instant("2016-02-10T12:00:00Z")

    #expect(GivenSAS(Secret(text)).problem(now: now, rights: "wl", url: "https://a.example/c") == problem)
  }

  @Test func `a signature for https is not for a plain address`() {
    let sas = GivenSAS(Secret("sv=2021-12-02&sr=c&sp=wl&se=2030-01-01&spr=https&sig=x"))
    let now = instant("2016-02-10T12:00:00Z")

    #expect(sas.problem(now: now, rights: "wl", url: "http://127.0.0.1:1/a/c") == "it is for https only")
    #expect(sas.problem(now: now, rights: "wl", url: "https://a.example/c") == nil)
  }

  @Test(arguments: [
    ("sv=2021-12-02&sr=c&sp=wl&se=2030-01-01T00:00Z&sig=x", ContainerCredential.Kind.service, nil as String?),
    ("sv=2021-12-02&sr=c&si=policy&sig=x", .service, nil),
    ("sv=2015-12-11&ss=b&srt=sco&sp=rwdlac&se=2030-01-01&sig=x", .account, nil),
    ("sv=2021-12-02&sr=c&sp=wl&se=2030-01-01&skoid=a&sktid=b&sig=x", .delegation, nil),
    ("sv=2021-12-02&ss=q&srt=sco&sp=wl&se=2030-01-01&sig=x", .account, "it is not for blobs: 'ss=q'"),
    ("sv=2021-12-02&ss=b&srt=o&sp=wl&se=2030-01-01&sig=x", .account, "'srt=o' lacks c"),
    ("sv=2021-12-02&sr=b&sp=wl&se=2030-01-01&sig=x", .service, "'sr=b' is not a container"),
    ("sv=2021-12-02&sr=c&sp=wl&sig=x", .service, "it has no end 'se'"),
    ("sr=c&sp=wl&se=2030-01-01&sig=x", .service, "it has no version 'sv'"),
    ("sv=2021-12-02&sr=c&sp=wl&se=2030-01-01", .service, "it has no signature 'sig'"),
    ("", .service, "it has no signature 'sig'"),
  ])
  func `a given signature says of itself what it is`(text: String, kind: ContainerCredential.Kind, flaw: String?) {
    let facts = ContainerCredential(signature: text)

    #expect(facts.kind == kind)
    #expect(facts.flaw == flaw)
  }

  @Test func `rights and times of a signature are read, and a stored policy is believed`() {
    let facts = ContainerCredential(signature: "sv=1&sr=c&sp=rl&st=2029-01-01&se=2030-01-01T00%3A00Z&spr=https&sig=x")
    let policy = ContainerCredential(signature: "sv=1&sr=c&si=policy&sig=x")

    #expect(facts.permits("r") && !facts.permits("w"))
    #expect(facts.start == instant("2029-01-01T00:00:00Z") && facts.expiry == instant("2030-01-01T00:00:00Z"))
    #expect(facts.protocols == "https")
    #expect(policy.rights == nil && policy.permits("w"))
  }
}
