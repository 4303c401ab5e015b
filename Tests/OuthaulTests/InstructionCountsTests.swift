// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// What `Tests/Benchmarks/counts.sh` makes of counted instructions. The figures are made up: counting them is its own part.
@Suite struct InstructionCountsTests {
  private static let script = LayerTests.root.appendingPathComponent("Tests/Benchmarks/counts.py").path
  private static let committed = figures()

  /// What the script is given: two works on one kind of machine.
  private static func figures(
    _ works: [String: Int64] = ["plan": 1_000_000, "run": 2_000_000], machine: String = "x86_64",
    swift: String = "6.3.1", system: String = "Debian"
  ) -> JSONValue {
    let made: JSONValue = ["swift": .string(swift), "system": .string(system), "valgrind": "3.19.0"]
    return .object([machine: ["made": made, "figures": .object(works.mapValues { .int($0) })]])
  }

  /// What the script says, and what the committed file has then.
  private static func run(_ command: String, _ found: JSONValue) async throws -> (Program.Result, JSONValue) {
    let folder = try TemporaryFolder()
    // The folder goes with its last use.
    defer { _ = folder.url }
    let files = try [
      folder.write(committed.canonicalText, to: "committed.json"), folder.write(found.canonicalText, to: "found.json"),
    ]
    let result = try await Program.run([script, command] + files, executable: "/usr/bin/python3")
    return (result, try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: files[0])))))
  }

  private static func compare(_ found: JSONValue) async throws -> Program.Result { try await run("compare", found).0 }

  @Test func `growth by 4 % passes`() async throws {
    let result = try await Self.compare(Self.figures(["plan": 1_040_000, "run": 2_000_000]))

    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output == """
        plan                           1,040,000       1,000,000   +4.00%
        run                            2,000,000       2,000,000   +0.00%

        """)
  }

  @Test func `growth by 6 % fails, and the work and the way out are told`() async throws {
    let result = try await Self.compare(Self.figures(["plan": 1_000_000, "run": 2_120_000]))

    #expect(result.status == 1, "\(result.errors)")
    #expect(
      result.output.hasSuffix(
        "counts: grown by more than 5%: run. Where that is meant: Tests/Benchmarks/counts.sh --renew\n"))
  }

  @Test func `fewer by 6 % passes, and renewing is asked for`() async throws {
    let result = try await Self.compare(Self.figures(["plan": 940_000, "run": 2_000_000]))

    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.hasSuffix(
        "counts: fewer by more than 5%: plan. So that it stays: Tests/Benchmarks/counts.sh --renew\n"))
  }

  @Test(arguments: [
    (figures(machine: "aarch64"), "there are no figures for aarch64"),
    (figures(swift: "6.4.0"), "figures of another Swift are no measure"),
    (figures(["plan": 1_000_000]), "not in both: run"),
    (figures(["plan": 1_000_000, "run": 2_000_000, "new": 5]), "not in both: new"),
  ])
  func `what cannot be compared does not pass`(found: JSONValue, words: String) async throws {
    let result = try await Self.compare(found)

    #expect(result.status == 2, "\(result.errors)")
    #expect(result.output.contains(words) && result.output.contains("--renew"), "\(result.output)")
  }

  @Test func `another patch of Swift or another system is a measure, and is told`() async throws {
    let same = try await Self.compare(Self.figures(swift: "6.3.2", system: "Ubuntu"))
    let grown = try await Self.compare(Self.figures(["plan": 1_060_000, "run": 2_000_000], swift: "6.3.2"))

    #expect(same.status == 0 && grown.status == 1, "\(same.errors)\(grown.errors)")
    #expect(same.output.contains("were made with swift 6.3.1, these with 6.3.2"))
    #expect(same.output.contains("were made with system Debian, these with Ubuntu"))
  }

  @Test func `renewing keeps the figures of other machines`() async throws {
    let other = Self.figures(["plan": 3], machine: "aarch64")

    let (result, renewed) = try await Self.run("renew", other)

    #expect(result.status == 0, "\(result.errors)")
    #expect(renewed["x86_64"] == Self.committed["x86_64"] && renewed["aarch64"] == other["aarch64"])
  }

  @Test func `every work that is counted has a committed figure`() throws {
    let root = LayerTests.root.appendingPathComponent("Tests/Benchmarks")
    let source = try String(contentsOf: root.appendingPathComponent("Counts/EngineCounts.swift"), encoding: .utf8)
    let works = source.matches(of: #/CountedWork\(name: "([^"]+)"/#).map { String($0.1) }
    let file = try JSONValue(parsing: Array(Data(contentsOf: root.appendingPathComponent("counts.json"))))

    for machine in (file.object ?? [:]).values {
      #expect(machine["figures"]?.object?.keys.sorted() == works.sorted())
    }
    #expect(works.count >= 5 && file.object?.isEmpty == false)
  }
}
