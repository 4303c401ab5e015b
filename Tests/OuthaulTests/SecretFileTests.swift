// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportCore
import Foundation
import Testing

/// A secret in a file is its text without one line end, and no more than a secret is read.
@Suite struct SecretFileTests {
  private static func read(_ text: String) throws -> Result<String, SecretError> {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "secret")
    // The folder goes with its last use.
    defer { _ = folder.url }
    let resolver = SecretResolver(
      environment: [:], folder: URL(fileURLWithPath: folder.url.path, isDirectory: true))
    do {
      return .success(try resolver.resolve(["it": .file("secret")])["it"]?.reveal() ?? "")
    } catch let error as SecretError {
      return .failure(error)
    }
  }

  @Test(arguments: ["abc", "abc\n", "abc\r\n"]) func `the end of the line is no part of the secret`(text: String) throws
  {
    let secret = try Self.read(text)

    #expect(secret == .success("abc"))
  }

  @Test(arguments: ["a b\n\n", "a b\r\n\r\n"]) func `only one is taken off`(text: String) throws {
    let secret = try Self.read(text)

    #expect(try secret.get().dropLast() == "a b")
  }

  @Test(arguments: [("", "cannot be read or is empty"), ("\r\n", "cannot be read or is empty")])
  func `a file without a text holds none`(text: String, told: String) throws {
    let secret = try Self.read(text)

    guard case .failure(let error) = secret else {
      Issue.record("it is taken for a secret")
      return
    }
    #expect(error.missing.map(\.source) == ["the file secret \(told)"])
  }

  @Test func `a file that never ends is not read to its end`() throws {
    let resolver = SecretResolver(environment: [:], folder: URL(fileURLWithPath: "/"))
    let told = #expect(throws: SecretError.self) { try resolver.resolve(["it": .file("/dev/zero")]) }

    #expect(told?.missing.first?.source == "the file /dev/zero is longer than 65536 bytes")
  }
}
