// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// The manual page has what the parser has, and formatters set it without a word.
@Suite struct ManualTests {
  private static func page() async throws -> String {
    let result = try await Program.run(["manual"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    return result.output
  }

  /// As `outhaul cloud serve`, each with the names of its options.
  private static func commands() async throws -> [(words: String, options: [String])] {
    let dump = try await Program.run(["--experimental-dump-help"])
    let tree = try JSONValue(parsing: Data(dump.output.utf8))
    return try below(#require(tree["command"]), [])
  }

  private static func below(_ command: JSONValue, _ above: [String]) throws -> [(words: String, options: [String])] {
    let words = above + [try #require(command["commandName"]?.string)]
    let names = (command["arguments"]?.array ?? []).filter { $0["shouldDisplay"]?.bool == true }
      .flatMap { $0["names"]?.array ?? [] }
      .compactMap { name in name["name"]?.string.map { (name["kind"]?.string == "long" ? "--" : "-") + $0 } }
    let own = (words: words.joined(separator: " "), options: names)
    return try [own] + (command["subcommands"]?.array ?? []).flatMap { try below($0, words) }
  }

  @Test func `every command has its section, with every option of it`() async throws {
    let page = try await Self.page()
    let sections = page.components(separatedBy: "\n.SS ")
    let commands = try await Self.commands().filter {
      !["outhaul", "outhaul cloud", "outhaul service"].contains($0.words)
    }

    #expect(commands.count > 20 && sections.count == commands.count + 1)
    for command in commands {
      let section = try #require(sections.first { $0.hasPrefix("\"\(command.words)\"\n") }, "\(command.words)")
      for option in command.options where !["--help", "-h", "--version"].contains(option) {
        let name = "\\fB" + option.replacing("-", with: "\\-") + "\\fR"
        #expect(section.contains(name), "\(command.words) \(option)")
      }
    }
    #expect(
      page.components(separatedBy: "trace, debug").count == page.components(separatedBy: "\\fB\\-\\-log\\-level").count)
    #expect(!page.contains("\\fIas\\-of") && !page.contains("\\fIlog\\-"))
    #expect(page.contains("\\fB\\-\\-version\\fR") && page.contains("\\fB\\-h\\fR, \\fB\\-\\-help\\fR"))
    #expect(page.contains("\n.SH \"EXIT STATUS\"\n") && page.contains("\\fB143\\fR"))
    let isPlain = page.unicodeScalars.allSatisfy { $0.isASCII }
    #expect(isPlain)
  }

  private static let mandoc = "/usr/bin/mandoc"
  private static let groff = "/usr/bin/groff"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: mandoc), "mandoc is not installed"))
  func `mandoc warns of nothing`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(try await Self.page(), to: "outhaul.1")

    let result = try await Program.run(["-Tlint", "-W", "warning", file], executable: Self.mandoc)

    #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: groff), "groff is not installed"))
  func `groff sets it without a warning`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(try await Self.page(), to: "outhaul.1")

    let result = try await Program.run(["-man", "-Tutf8", "-ww", file], executable: Self.groff)

    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.contains("NAME") && result.output.contains("outhaul"))
  }

  @Test func `the page of errors is what the program prints`() async throws {
    let path = "Sources/BatchExport/Documentation.docc/ErrorsReference.md"

    let made = try await Program.run(["manual", "errors"])

    let kept = try String(contentsOf: LayerTests.root.appendingPathComponent(path), encoding: .utf8)
    let isSame = made.output == kept
    #expect(isSame, "run: outhaul manual errors > \(path)")
  }

  @Test func `the page of errors has every code, status and cause`() async throws {
    let page = try await Program.run(["manual", "errors"]).output
    let codes = try await Program.run(["explain"]).output.split(separator: "\n").map { $0.prefix(4) }

    #expect(codes.count > 90)
    for code in codes { #expect(page.contains("\n### \(code): "), "\(code)") }
    for status in [0, 2, 3, 64, 65, 69, 70, 75, 77, 130, 143] {
      #expect(page.contains("\n| \(status) | "), "\(status)")
    }
    #expect(page.contains("\n| `credential` | credential refused | "))
  }
}
