// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The guide to serving an archive works as written.
@Suite struct ArchiveGuideTests {
  private static let guide = LayerTests.root
    .appendingPathComponent("Sources/BatchExport/Documentation.docc/Guides/ServeAnArchive.md")

  /// Blocks that are indented by four, in order.
  private static func blocks() throws -> [String] {
    try String(contentsOf: guide, encoding: .utf8).components(separatedBy: "\n\n").compactMap { paragraph in
      let lines = paragraph.split(separator: "\n").filter { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
      return lines.isEmpty ? nil : lines.joined(separator: "\n") + "\n"
    }
  }

  private static func words(_ command: String) -> [String] {
    command.split(whereSeparator: \.isWhitespace).dropFirst().map(String.init)
  }

  @Test func `an archive is imported, served and exported again unchanged`() async throws {
    let blocks = try Self.blocks()
    #expect(blocks.count == 11)
    let folder = try TemporaryFolder()
    try folder.write(blocks[0], to: "archive/shop-ios/events-2016-12-01.json")
    try folder.write(blocks[1], to: "archive/shop-ios/tokens.csv")

    let first = try await Program.run(Self.words(blocks[2]), in: folder.url)
    #expect(first.status == 65 && first.errors + first.output == blocks[3], "\(first.errors)\(first.output)")
    try folder.write(blocks[1].replacing(",,", with: ",81ab,"), to: "archive/shop-ios/tokens.csv")
    let second = try await Program.run(Self.words(blocks[2]), in: folder.url)
    #expect(second.status == 0 && second.output == blocks[4], "\(second.output)\(second.errors)")

    let serve = Self.words(blocks[5].replacing("--port 10010", with: "--port 0")) + ["--output", "json"]
    let cloud = try Program.start(serve, in: folder.url)
    let line = FirstLine()
    _ = await cloud.waits { line.take($0) }
    let endpoints = try JSONDecoder().decode(CloudProcess.Endpoints.self, from: Data(line.text.utf8))
    try folder.write(
      blocks[7].replacing("http://127.0.0.1:10010", with: endpoints.managementURL), to: "manifest.yaml")
    let names = blocks[6].matches(of: #/export ([A-Z_]+)=/#).map { String($0.1) }
    let values = zip(names, [endpoints.secret, endpoints.accountKey])
    let environment = Dictionary(uniqueKeysWithValues: values)
    let run = try await Program.run(Self.words(blocks[8]), in: folder.url, environment: environment)
    #expect(run.status == 0, "\(run.output) \(run.errors)")

    func exported(_ path: String) throws -> String {
      try String(contentsOf: folder.url.appendingPathComponent("exports/\(path)"), encoding: .utf8)
    }
    let rows = try exported("history/shop-ios/event/json/2016-12-01/part-00000.json")
    #expect(rows == Self.compact(blocks[0]))
    #expect(try exported("history/shop-ios/event/json/2016-12-02/part-00000.json") == "[]")
    let day = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: folder.url.appendingPathComponent("exports/tokens/shop-ios/token/json").path
      ).first)
    let tokens = try exported("tokens/shop-ios/token/json/\(day)/part-00000.json")
    #expect(tokens.contains(#"{"deviceId":"7d3c1f0a9e3322348f699776b50b78f2","token":"81ab","type":"apns"}"#))
    try await Self.compare(blocks[9], printing: blocks[10], in: folder, environment)
    cloud.send(SIGTERM)
    _ = try await cloud.finish()
  }

  /// The export is made again, and is the same.
  private static func compare(
    _ block: String, printing words: String, in folder: borrowing TemporaryFolder, _ environment: [String: String]
  ) async throws {
    let commands = block.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(commands.count == 3 && commands[0].first == "mv")
    try FileManager.default.moveItem(
      at: folder.url.appendingPathComponent(commands[0][1]), to: folder.url.appendingPathComponent(commands[0][2]))
    let run = try await Program.run(Array(commands[1].dropFirst()), in: folder.url, environment: environment)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let compared = try await Program.run(Array(commands[2].dropFirst()), in: folder.url)
    #expect(compared.status == 0 && compared.output == words, "\(compared.output) \(compared.errors)")
  }

  /// Without blanks outside of texts.
  private static func compact(_ json: String) -> String {
    var (result, isText) = ("", false)
    for character in json {
      if character == "\"" { isText.toggle() }
      if isText || !character.isWhitespace { result.append(character) }
    }
    return result
  }
}
