// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Testing

/// A service that answers some of its apps in ways that no service should, under the real program.
@Suite struct OddAnswerTests {
  private static let key = "open-sesame"

  /// - Parameter waits: how long the odd shops' jobs are waited for.
  private static func manifest(_ odd: OddAnswer, waits: String) -> String {
    let window = "datasets: order, window: {every: day, from: 2026-01-01, through: 2026-01-01}"
    let text = """
      manifest: 1
      name: odd
      secrets: {orders_key: {env: ORDERS_KEY}}
      services: {orders: {use: ./orders.yaml, secrets: {key: "${secret.orders_key}"}}}
      destinations: {files: {directory: exports}}
      apps:
        north: {with: {shop: north}}
        submits: {with: {shop: submits}}
        looks: {with: {shop: looks}}
        lists: {with: {shop: lists}}
        files: {with: {shop: files}}
      defaults: {destination: files, retry: {attempts: 2, first: 10ms, most: 700ms}}
      exports:
        good: {service: orders, apps: [north], \(window)}
        odd:
          {service: orders, apps: [submits, looks, lists], \(window),
           timeouts: {queued: \(waits), running: \(waits), total: \(waits)}}

      """
    return text + (odd.isFileThatFails ? "  fetched: {service: orders, apps: [files], \(window)}\n" : "")
  }

  private struct World {
    let folder: URL
    let server: OddServer
    let socket: ScriptedServer

    func run(_ odd: OddAnswer, waits: String) async throws -> Program.Result {
      try OddAnswerTests.manifest(odd, waits: waits)
        .write(to: folder.appendingPathComponent("manifest.yaml"), atomically: true, encoding: .utf8)
      return try await Program.run(
        ["run", "manifest.yaml", "--settle", "300ms"], in: folder, environment: ["ORDERS_KEY": OddAnswerTests.key])
    }

    /// Jobs of the last run, by app.
    func jobs() throws -> [String: JSONValue] {
      let runs = folder.appendingPathComponent(".outhaul/runs")
      let last = try #require(try FileManager.default.contentsOfDirectory(atPath: runs.path).max())
      let report = try JSONValue(parsing: Data(contentsOf: runs.appendingPathComponent("\(last)/report.json")))
      return Dictionary((report["jobs"]?.array ?? []).map { ($0["app"]?.string ?? "", $0) }) { first, _ in first }
    }
  }

  private static func with(_ odd: OddAnswer, _ body: (World) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let server = OddServer(odd, key: key)
    try await ScriptedServer.with({ server.answer($0) }) { socket in
      var text = try String(
        contentsOf: LayerTests.root.appendingPathComponent("Examples/orders/orders.yaml"), encoding: .utf8)
      let changes = [
        ("http://127.0.0.1:8700", socket.url), ("active: 2", "active: 8"),
        // Lists tell who asks, so that one shop's can be odd.
        ("  path: /v1/exports\n  each", "  path: /v1/exports\n  headers: {X-Shop: \"${app.shop}\"}\n  each"),
      ]
      for (old, new) in changes {
        #expect(text.contains(old), "\(old)")
        text = text.replacing(old, with: new)
      }
      try folder.write(text, to: "orders.yaml")
      try await body(World(folder: folder.url, server: server, socket: socket))
    }
  }

  @Test(arguments: OddAnswer.allCases)
  func `a service that answers oddly is a failure with a class, and the run goes on`(odd: OddAnswer) async throws {
    try await Self.with(odd) { world in
      let first = try await world.run(odd, waits: "1s")
      let jobs = try world.jobs()

      #expect(first.status == 3, "\(first.output) \(first.errors)")
      #expect(!(first.output + first.errors).contains(Self.key))
      #expect(jobs["north"]?["state"] == "verified", "\(first.errors)")
      for shop in ["submits", "looks", "lists"] + (odd.isFileThatFails ? ["files"] : []) {
        let job = try #require(jobs[shop])
        let message = job["failure"]?["message"]?.string ?? ""
        #expect(["failed", "abandoned"].contains(job["state"]?.string), "\(shop): \(job)")
        #expect(!message.isEmpty && message.count < 700 && !message.contains("\n"), "\(shop): \(message)")
      }
      // A look or a list that cannot be read says nothing of a task: it is looked at again until the deadline.
      for shop in ["looks", "lists"] {
        #expect(jobs[shop]?["state"] == "abandoned", "\(first.errors)")
        #expect(jobs[shop]?["failure"]?["cause"] == "deadline", "\(shop): \(jobs)")
      }
      if odd.isFileThatFails {
        #expect(jobs["files"]?["state"] == "failed", "\(first.errors)")
        #expect(jobs["files"]?["failure"]?["cause"] == "artifact", "\(jobs)")
      }
      if odd == .hugeBody {
        #expect(world.socket.streamed > 0)
        #expect(world.socket.streamed < world.server.oddAnswers * (32 << 20), "\(world.server.oddAnswers) answers")
      }

      world.server.recover()
      let again = try await world.run(odd, waits: "1h")

      // What was left is looked at first, and is good: nothing was made twice.
      #expect(again.status == 0, "\(again.output) \(again.errors)")
      for shop in [OddServer.Shop.north, .submits, .looks, .lists] { #expect(world.server.made(shop) == 1, "\(shop)") }
    }
  }
}
