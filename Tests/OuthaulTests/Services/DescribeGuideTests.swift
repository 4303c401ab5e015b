// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Testing

/// The guide "Describe a service" and its example are followed, against the API that the example ships.
@Suite(.serialized) struct DescribeGuideTests {
  private static let example = LayerTests.root.appendingPathComponent("Examples/orders")
  private static let key = "open-sesame"

  private static func guide() throws -> String {
    let guides = LayerTests.root.appendingPathComponent("Sources/BatchExport/Documentation.docc/Guides")
    return try String(contentsOf: guides.appendingPathComponent("DescribeAService.md"), encoding: .utf8)
  }

  /// The steps of the description, as the guide has them.
  private static func steps() throws -> [String] {
    try guide().matches(of: #/```yaml\n((?s:.*?))```/#).map { String($0.1) }
  }

  /// The guide's lines that are typed.
  private static func commands() throws -> [[String]] {
    try guide().split(separator: "\n").filter { $0.hasPrefix("    outhaul ") }
      .map { $0.split(separator: " ").dropFirst().map(String.init) }
  }

  /// The API, and the example's files led to it.
  private struct World {
    let folder: URL
    let url: String

    func run(_ command: [String], crash: String? = nil, key: String = DescribeGuideTests.key) async throws
      -> Program.Result
    {
      var environment = ["ORDERS_KEY": key]
      environment["OUTHAUL_CRASH_AT"] = crash
      return try await Program.run(command, in: folder, environment: environment)
    }

    /// How many exports the API has ever made: the number of one more, less one.
    func made() throws -> Int {
      let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
      let body = #"{"shop":"north","report":"customers","label":"counting"}"#
      let head =
        "POST /v1/exports HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: \(DescribeGuideTests.key)\r\n"
        + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
      let answer = LocalRequest.answer(to: head + body, port: port)
      let number = try #require(answer.firstMatch(of: #/"id": "([0-9]+)"/#)?.1, "\(answer)")
      return try #require(Int(number)) - 1
    }
  }

  private static func with(_ body: (World) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let api = try Program.start(
      [example.appendingPathComponent("orders_api.py").path, "--port", "0", "--key", key, "--seconds", "0.1"],
      executable: "/usr/bin/python3")
    defer { api.send(SIGKILL) }
    let line = FirstLine()
    _ = await api.waits { line.take($0) }
    #expect(line.text.hasPrefix("http://127.0.0.1:"), "\(line.text)")
    let description = try steps().joined(separator: "\n")
    #expect(description.contains("base: http://127.0.0.1:8700"))
    try folder.write(description.replacing("http://127.0.0.1:8700", with: line.text), to: "orders.yaml")
    try folder.write(
      try String(contentsOf: example.appendingPathComponent("manifest.yaml"), encoding: .utf8), to: "manifest.yaml")
    try await body(World(folder: folder.url, url: line.text))
  }

  @Test func `the steps of the guide are the example's description`() throws {
    let whole = try String(contentsOf: Self.example.appendingPathComponent("orders.yaml"), encoding: .utf8)

    #expect(try Self.steps().count == 8)
    #expect(try Self.steps().joined(separator: "\n") == whole)
  }

  @Test func `the description is right only when its last step is written`() async throws {
    let steps = try Self.steps()
    let folder = try TemporaryFolder()
    for count in 1...steps.count {
      try folder.write(steps.prefix(count).joined(separator: "\n"), to: "orders.yaml")

      let result = try await Program.run(["service", "check", "orders.yaml"], in: folder.url)

      #expect(
        result.status == (count == steps.count ? 0 : 65), "after step \(count): \(result.output) \(result.errors)")
      #expect(count == steps.count || result.errors.contains("orders.yaml:"), "after step \(count): \(result.errors)")
    }
  }

  @Test func `every command of the guide does what it says`() async throws {
    try await Self.with { world in
      let commands = try Self.commands()
      #expect(commands.count == 8)
      for command in commands {
        let result = try await world.run(command)

        #expect(result.status == 0, "\(command): \(result.output) \(result.errors)")
        #expect(!result.output.contains(Self.key) && !result.errors.contains(Self.key), "\(command)")
      }
      let last = try await world.run(["run", "manifest.yaml"])
      #expect(last.output.contains("Nothing is due: 12 already exported."), "\(last.output)")
      // One by hand, and one for each job.
      #expect(try world.made() == 13)
    }
  }

  @Test(arguments: ["acted:intent:1", "after:submitted:3", "after:verifying:2", "before:verified:4"])
  func `killed anywhere and started again the API has one export for each job`(crash: String) async throws {
    try await Self.with { world in
      let killed = try await world.run(["run", "manifest.yaml"], crash: crash)
      let last = try await world.run(["run", "manifest.yaml", "--settle", "1s"])

      #expect(killed.signal == SIGKILL)
      #expect(last.status == 0, "\(last.output) \(last.errors)")
      #expect(try world.made() == 12)
    }
  }

  @Test func `a key that is not known ends with 77`() async throws {
    try await Self.with { world in
      let result = try await world.run(["run", "manifest.yaml"], key: "open-barley")

      #expect(result.status == 77, "\(result.output) \(result.errors)")
      #expect(result.output.contains("the key is not known"), "\(result.output)")
      #expect(!result.errors.contains("open-barley") && !result.output.contains("open-barley"))
    }
  }
}
