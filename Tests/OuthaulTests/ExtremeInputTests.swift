// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Input that is meant to do harm is one sentence and 65, in bounded memory and without a signal.
@Suite(.serialized) struct ExtremeInputTests {
  /// Kilobytes of address space: the program takes 300,000 for itself.
  private static let memory = 1_000_000

  private static func repeated(_ text: String, _ count: Int) -> Data {
    Data(String(repeating: text, count: count).utf8)
  }

  private static func bomb(_ line: (Int, String) -> String) -> Data {
    var text = "a0: &a0 {x: y}\n"
    for level in 1...9 {
      text += line(level, Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))
    }
    return Data(text.utf8)
  }

  /// What is in the file, and a part of what is said of it.
  private static let texts: [String: (bytes: @Sendable () -> Data, says: String)] = [
    "a text of 100 MB": (
      { Data("name: ".utf8) + Data(repeating: 0x61, count: 100_000_000) }, "more than 67108864 bytes [Y002]"
    ),
    "a text of 20 MB": ({ Data("name: *".utf8) + Data(repeating: 0x61, count: 20_000_000) }, "unknown alias 'aaa"),
    "10,000 open brackets": ({ repeated("[", 10_000) }, "nested deeper than 64 levels [Y008]"),
    "10,000 pairs of brackets": (
      { repeated("[", 10_000) + repeated("]", 10_000) }, "nested deeper than 64 levels [Y008]"
    ),
    "10,000 mappings": ({ repeated("{a: ", 10_000) + repeated("}", 10_000) }, "nested deeper than 64 levels [Y008]"),
    "10,000 dashes": ({ repeated("- ", 10_000) }, "nested deeper than 64 levels [Y008]"),
    "10,000 indents": (
      {
        (0..<10_000).reduce(into: Data()) { text, level in
          text.append(Data(repeating: 0x20, count: level))
          text.append(Data("a:\n".utf8))
        }
      },
      "nested deeper than 64 levels [Y008]"
    ),
    "five million values": ({ repeated("- a\n", 5_000_001) }, "more than 5000000 values [Y002]"),
    "200,000 unknown keys": (
      { Data((0..<200_000).map { "k\($0): 1\n" }.joined().utf8) }, "error: unknown key 'k0' in the manifest [M001]"
    ),
    "an alias bomb": ({ bomb { "a\($0): &a\($0) [\($1)]\n" } }, "aliases bring in more than 100000 nodes [Y007]"),
    "a merge bomb": ({ bomb { "a\($0): &a\($0) {<<: [\($1)], y\($0): [\($1)]}\n" } }, "more than 100000 nodes [Y007]"),
    "a tower of aliases": (
      { Data(((0..<99).map { "a\($0): &a\($0) [\($0 == 0 ? "x" : "*a\($0 - 1)")]\n" }).joined().utf8) },
      "nested deeper than 64 levels [Y008]"
    ),
    "a long text in many places": (
      {
        Data("a: &a '".utf8) + Data(repeating: 0x61, count: 1_000_000) + Data("'\nb: [".utf8) + repeated("*a,", 50_000)
      },
      "aliases bring in more than 100000 nodes [Y007]"
    ),
    "two long words that are alike": (
      {
        Data("a: &".utf8) + Data(repeating: 0x61, count: 60_000) + Data(" 1\nb: *b".utf8)
          + Data(repeating: 0x61, count: 60_000)
      },
      "unknown alias 'baaa"
    ),
    "nothing but NUL": ({ Data(count: 1_000) }, "control characters are not allowed [Y003]"),
    "no UTF-8": ({ Data("name: ".utf8) + Data([0xC3, 0x28]) }, "[Y003]"),
    "UTF-16": ({ "name: x".data(using: .utf16LittleEndian) ?? Data() }, "[Y003]"),
  ]

  @Test(arguments: texts.keys.sorted())
  func `a text that is too much is one sentence`(name: String) async throws {
    let folder = try TemporaryFolder()
    let text = try #require(Self.texts[name])
    try text.bytes().write(to: folder.url.appendingPathComponent("text.yaml"))

    let result = try await Self.run(["validate", "text.yaml"], in: folder.url)

    #expect(result.signal == nil && result.status == 65, "\(result.status): \(result.errors.prefix(500))")
    #expect(result.errors.contains(text.says), "\(result.errors.prefix(2_000))")
    #expect(result.errors.utf8.count < 100_000)
  }

  @Test(arguments: ["10,000 pairs of brackets", "an alias bomb", "a merge bomb", "nothing but NUL", "10,000 dashes"])
  func `fmt refuses what cannot be read`(name: String) async throws {
    let folder = try TemporaryFolder()
    let text = try #require(Self.texts[name])
    try text.bytes().write(to: folder.url.appendingPathComponent("text.yaml"))

    let result = try await Self.run(["fmt", "text.yaml"], in: folder.url)

    #expect(result.signal == nil && result.status == 65, "\(result.status): \(result.errors.prefix(500))")
    #expect(result.errors.contains(text.says), "\(result.errors.prefix(2_000))")
  }

  @Test func `a device without an end is one sentence`() async throws {
    let folder = try TemporaryFolder()

    let validate = try await Self.run(["validate", "/dev/zero"], in: folder.url)
    let check = try await Self.run(["fmt", "--check", "/dev/zero"], in: folder.url)
    let variables = try await Self.run(["validate", "x.yaml", "--var-file", "/dev/zero"], in: folder.url)

    for result in [validate, check] {
      #expect(result.status == 65)
      #expect(
        result.errors.contains("/dev/zero:1:1: error: the file has more than 67108864 bytes [Y002]"), "\(result.errors)"
      )
    }
    #expect(variables.status == 65)
  }

  @Test func `a plan that is too much is one sentence`() async throws {
    let folder = try TemporaryFolder()
    let zeros = folder.url.appendingPathComponent("zeros.json")
    try Data().write(to: zeros)
    try FileHandle(forWritingTo: zeros).truncate(atOffset: 1 << 32)
    try Self.repeated("[", 10_000_000).write(to: folder.url.appendingPathComponent("brackets.json"))
    try (Data("{\n\"apps\":".utf8) + Self.repeated("[\n", 1_000_000)).write(
      to: folder.url.appendingPathComponent("lines.json"))

    for (name, reason) in [
      ("zeros.json", "line 1 is not as it was written"), ("brackets.json", "the plan is not JSON: byte 200 is wrong"),
      ("lines.json", "the plan is not JSON: byte "),
    ] {
      let result = try await Self.run(["explain", "abcdef", name], in: folder.url)

      #expect(result.signal == nil && result.status == 65, "\(name): \(result.status): \(result.errors.prefix(500))")
      #expect(result.errors.contains(reason), "\(name): \(result.errors.prefix(500))")
    }
  }

  /// The program with bounded memory.
  private static func run(_ arguments: [String], in folder: URL) async throws -> Program.Result {
    let command = ([Program.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    return try await Program.run(
      ["-c", "ulimit -c 0; ulimit -v \(memory); exec \(command)"], in: folder, executable: "/bin/bash")
  }
}
