// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import Testing

@testable import ExportStorage

@Suite struct SignatureTests {
  static let key = Secret(Data("outhaul test account key".utf8).base64EncodedString())

  private func instant(_ text: String) -> Instant { Instant(text) ?? Instant(seconds: 0) }

  @Test func `a container's signature signs the sixteen fields of its version`() throws {
    let key = try #require(AccountKey(account: "devacct", secret: Self.key))

    let query = key.containerSAS(
      "cont", permissions: "wl", start: instant("2029-12-31T00:00:00Z"), expiry: instant("2030-01-01T00:00:00Z"),
      isSecure: true)

    let text =
      "wl\n2029-12-31T00:00:00Z\n2030-01-01T00:00:00Z\n/blob/devacct/cont\n\n\nhttps\n2021-12-02\nc\n\n\n\n\n\n\n"
    #expect(
      query
        == "sv=2021-12-02&sr=c&sp=wl&st=2029-12-31T00%3A00%3A00Z&se=2030-01-01T00%3A00%3A00Z&spr=https&sig="
        + PercentEncoding.encode(key.sign(text)))
  }

  @Test func `Shared Key signs the canonical request`() throws {
    let key = try #require(AccountKey(account: "devacct", secret: Self.key))

    let headers = key.authorize(
      "GET", path: "/devacct/cont", query: [("restype", "container"), ("comp", "list"), ("prefix", "a b/")],
      headers: [("x-ms-client-request-id", " id ")], now: instant("2016-02-10T12:00:00Z"))

    let text =
      "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-client-request-id:id\nx-ms-date:Wed, 10 Feb 2016 12:00:00 GMT\nx-ms-version:2021-12-02\n"
      + "/devacct/devacct/cont\ncomp:list\nprefix:a b/\nrestype:container"
    #expect(headers.last?.value == "SharedKey devacct:\(key.sign(text))")
  }

  @Test func `a key that is no Base64 is none`() {
    #expect(AccountKey(account: "a", secret: Secret("not base64!")) == nil)
  }

  @Test(arguments: [
    ("sv=2015-12-11&sr=c&sp=wl&se=2030-01-01T00%3A00%3A00Z&sig=x", nil as String?),
    ("https://a.example/c?sv=2015-12-11&ss=b&srt=sco&sp=rwdlac&se=2030-01-01&sig=x", nil),
    ("?sr=c&sp=wl&se=2030-01-01T00:00Z&sig=x\n", nil), ("sr=c&si=policy&sig=x", nil),
    ("sr=c&sp=wl&se=2016-01-01&sig=x", "it expired at 2016-01-01T00:00:00Z"),
    ("sr=c&sp=wl&se=2030-01-01&st=2029-01-01&sig=x", "it is not valid before 2029-01-01T00:00:00Z"),
    ("sr=c&sp=r&se=2030-01-01&sig=x", "it lacks the permission 'w', 'l'"),
    ("sr=b&sp=wl&se=2030-01-01&sig=x", "it is for one blob, not for a container"),
    ("ss=q&srt=sco&sp=wl&se=2030-01-01&sig=x", "it is not for blobs"), ("sp=wl", "it has no signature"),
  ])
  func `a given signature is looked at before it is used`(text: String, problem: String?) {
    #expect(GivenSAS(Secret(text)).problem(now: instant("2016-02-10T12:00:00Z"), rights: "wl") == problem)
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
