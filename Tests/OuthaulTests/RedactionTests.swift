// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

@testable import BatchExport

/// What people are shown of requests and answers holds no secret, whatever form it takes.
@Suite struct RedactionTests {
  private static let canary = #"can/ary+"&<1>"#

  private func redaction(hidesLinks: Bool = false) -> Redaction {
    let redaction = Redaction(hosts: ["api.example"], hidesLinks: hidesLinks)
    redaction.learn(Secret(Self.canary))
    return redaction
  }

  @Test(arguments: [
    canary, "a=\(canary)&b", #"{"key":"can/ary+\"&<1>"}"#, #"{"key":"can\/ary+\"&<1>"}"#,
    "https://api.example/?k=can%2Fary%2B%22%26%3C1%3E", "<k>can/ary+\"&amp;&lt;1&gt;</k>",
    "<k a='can/ary+&quot;&amp;&lt;1&gt;'/>", "Basic \(Data(canary.utf8).base64EncodedString())",
  ])
  func `a known secret is hidden in every form`(text: String) {
    let hidden = redaction().hidden(text)

    #expect(hidden.contains("<secret>"), "\(hidden)")
    #expect(!hidden.contains("ary"), "\(hidden)")
  }

  @Test(arguments: [
    ("https://a.example/c?sv=1&sig=abc%2Bd%3D&se=2", "https://a.example/c?sv=1&sig=<secret>&se=2"),
    ("grant_type=x&client_secret=abc&scope=y", "grant_type=x&client_secret=<secret>&scope=y"),
    (#"{"access_token": "abc.def", "expires_in": 1}"#, #"{"access_token": "<secret>", "expires_in": 1}"#),
    (#"{"clientSecret":"a\"b"}"#, #"{"clientSecret":"<secret>"}"#),
    (
      "https://s3.example/x?X-Amz-Signature=abc&X-Amz-Date=1",
      "https://s3.example/x?X-Amz-Signature=<secret>&X-Amz-Date=1"
    ),
    (#"{"url":"https://a.example/?a=1\u0026sig=abc"}"#, #"{"url":"https://a.example/?a=1\u0026sig=<secret>"}"#),
    ("design=abc", "design=abc"), ("the signature was fine", "the signature was fine"),
  ])
  func `what by its name is a secret is hidden, and its neighbours stay`(text: String, shown: String) {
    #expect(redaction().hidden(text) == shown)
  }

  @Test func `headers that prove who asks keep only their scheme`() {
    let hidden = redaction().hidden([
      ("Authorization", "Bearer abc"), ("X-Api-Key", "abc"), ("Cookie", "a=b"), ("X-Amz-Security-Token", "abc"),
      ("Accept", "*/*"),
    ])

    #expect(hidden.map(\.value) == ["Bearer <secret>", "<secret>", "<secret>", "<secret>", "*/*"])
  }

  @Test func `what a request proves with is hidden in its answer`() {
    let redaction = redaction()
    for secret in redaction.secrets(in: [("Authorization", "Bearer abc.def"), ("X-Api-Key", "ghi-jkl")]) {
      redaction.learn(secret)
    }

    let hidden = redaction.hidden("no such tokens: abc.def, ghi-jkl", isAnswer: true)

    #expect(hidden == "no such tokens: <secret>, <secret>")
  }

  @Test func `a link in an answer is hidden there, and when it is asked for`() {
    let (some, links) = (redaction(), redaction(hidesLinks: true))
    let answer = #"{"url":"https:\/\/files.example\/a\/b.csv?x=1&y=2","next":"https://api.example/jobs?page=2"}"#

    let shown = some.hidden(answer, isAnswer: true)
    let hidden = links.hidden(answer, isAnswer: true)

    #expect(shown == #"{"url":"https://files.example/a/b.csv?<secret>","next":"https://api.example/jobs?page=2"}"#)
    #expect(hidden == #"{"url":"https://files.example/<secret>","next":"https://api.example/jobs?page=2"}"#)
    #expect(links.hidden("https://files.example/a/b.csv?x=1&y=2") == "https://files.example/<secret>")
  }

  @Test func `a secret across the end of what is shown is hidden whole`() throws {
    let redaction = redaction()
    let text = String(repeating: "x", count: WatchedBody.shown - 4) + Self.canary + "tail"

    let body = try #require(WatchedBody(Array(text.utf8), bytes: text.utf8.count) { redaction.hidden($0) })

    #expect(body.isCut && body.text?.hasSuffix("x<sec") == true)
  }

  @Test func `bytes that are no text are counted, not shown`() throws {
    let body = try #require(WatchedBody([0xFF, 0xFE, 0x00], bytes: 3) { $0 })

    #expect(body == WatchedBody([0xFF, 0xFE, 0x00], bytes: 3) { _ in "never" })
    #expect(body.text == nil && body.bytes == 3)
    #expect(WatchedBody([], bytes: 0) { $0 } == nil)
  }
}
