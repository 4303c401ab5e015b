// SPDX-License-Identifier: Apache-2.0
import ExportRun
import Testing

/// What a failure keeps of what a service says.
@Suite struct PublicTextTests {
  @Test(arguments: [
    ("503 the server is busy", "503 the server is busy"),
    ("cannot write to https://a.example/c?sv=1&sig=canary now", "cannot write to https://a.example/c?… now"),
    ("cannot write to 'https://a.example/c?sig=canary'", "cannot write to 'https://a.example/c?…'"),
    ("the token sig=canary is over", "the token … is over"),
    ("two\nlines", "two lines"),
    ("is it there?", "is it there?"),
  ])
  func `signatures and line breaks do not stay`(said: String, kept: String) {
    #expect(Failure(.service, said).message == kept)
  }

  @Test func `what is too long is cut`() {
    #expect(Failure(.service, String(repeating: "x", count: 9000)).message.count == 501)
  }
}
