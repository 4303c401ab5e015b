// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Synchronization
import Testing

/// Whole runs against a service that keeps what it exports, without any container.
@Suite struct FetchRunTests {
  private static let description = #"""
    service: keeping
    revision: 1
    base: https://keeping.example
    params: {account: {required: true}}
    app_params: {app: {required: true}}
    formats: {csv: CSV}
    limits: {active: 8}
    datasets:
      rows:
        kind: historical
        window: {unit: day, render: date, zone: UTC, end: open}
        forms: [{json: {from: "${window.start}"}}]
        rows: {each: /*, required: [n, at], times: [at], fields: {n: {type: int}}}
    submit: {method: POST, path: /jobs, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}
    poll: {method: GET, path: "/jobs/${task.id|urlpath}", first: 50ms, every: 50ms, most: 200ms}
    state: {from: body:/state, running: [busy], done: [ok], failed: [bad]}
    refusals: [{status: [404], on: [poll], means: gone}, {status: [429, 503], means: busy, wait: header:Retry-After}]
    result:
      kind: pages
      call: {method: GET, path: "/jobs/${task.id|urlpath}/rows", query: {at: "${page.cursor}"}, headers: {Accept: text/csv}}
      cursor: {from: header:X-Next, ends: ["null"]}
      count: header:X-Rows
    list: {method: GET, path: /jobs, each: body:/all, id: /id}
    recover: {class: marked, mark: /mark}

    """#

  private static let manifest = """
    manifest: 1
    name: keeping
    variables: {base: https://keeping.example}
    services: {keeping: {use: ./keeping.yaml, base: "${var.base}", with: {account: a}, credential: none}}
    destinations: {files: {directory: exports}}
    apps: {one: {with: {app: one}}}
    defaults: {destination: files}
    exports:
      rows:
        service: keeping
        apps: all
        datasets: [rows]
        window: {every: day, from: 2016-01-01, through: 2016-01-02, zone: UTC}

    """

  /// Makes tasks that are done at once, and hands out two pages of each.
  private final class KeepingService: Sendable {
    private let days = Mutex<[(mark: String, from: String)]>([])
    private let pages = Mutex<[String]>([])
    let server: ScriptedServer

    init() throws {
      server = try ScriptedServer()
    }

    /// The addresses of pages that were asked for.
    var fetched: [String] { pages.withLock { $0 } }
    var made: Int { days.withLock { $0.count } }

    static func with<Result>(_ body: (KeepingService) async throws -> Result) async throws -> Result {
      let service = try KeepingService()
      service.server.serve { service.answer(to: $0) }
      defer { service.server.stop() }
      return try await body(service)
    }

    private func answer(to request: ScriptedServer.Request) -> ScriptedServer.Reply {
      let words = request.line.split(separator: " ").map(String.init)
      let path = words[1].split(separator: "/").map(String.init)
      if words[0] == "POST" {
        let body = try? JSONValue(parsing: request.body.utf8)
        let number = days.withLock { days in
          days.append((body?["mark"]?.string ?? "", body?["from"]?.string ?? ""))
          return days.count
        }
        return .json(201, ["id": .string("\(number)")])
      }
      guard path.count > 1 else { return .json(200, ["all": []]) }
      if path.count == 2 { return .json(200, ["id": .string(path[1]), "state": "ok"]) }
      pages.withLock { $0.append(words[1]) }
      let day = days.withLock { days in Int(path[1]).map { days[$0 - 1].from } ?? "" }
      let isFirst = !words[1].hasSuffix("?at=2")
      let rows = isFirst ? "1,\(day)T01:00:00Z\n2,\(day)T02:00:00Z\n" : "3,\(day)T23:59:59Z\n"
      return .answer(
        200, ["X-Next": isFirst ? "2" : "null", "X-Rows": isFirst ? "2" : "1"], Array("n,at\n\(rows)".utf8))
    }
  }

  private func run(_ service: KeepingService, in folder: URL, crash: String? = nil) async throws -> Program.Result {
    var environment: [String: String] = [:]
    environment["OUTHAUL_CRASH_AT"] = crash
    return try await Program.run(
      ["run", "manifest.yaml", "--var", "base=\(service.server.url)"], in: folder, environment: environment)
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")
    try folder.write(Self.description, to: "keeping.yaml")
    return folder
  }

  @Test func `results are fetched page by page into a directory`() async throws {
    try await KeepingService.with { service in
      let folder = try folder()

      let result = try await run(service, in: folder.url)

      #expect(result.status == 0, "\(result.output) \(result.errors)")
      let day = folder.url.appendingPathComponent("exports/rows/one/rows/csv/2016-01-01")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: day.path).sorted()
          == ["MANIFEST.json", "part-00000.csv", "part-00001.csv"])
      #expect(
        try String(contentsOf: day.appendingPathComponent("part-00001.csv"), encoding: .utf8)
          == "n,at\n3,2016-01-01T23:59:59Z\n")
      #expect(service.fetched.count == 4)
    }
  }

  @Test func `a kill between fetching and the journal fetches nothing twice, and makes no second task`() async throws {
    try await KeepingService.with { service in
      let folder = try folder()

      let killed = try await run(service, in: folder.url, crash: "before:verified:2")
      let pages = service.fetched
      let resumed = try await run(service, in: folder.url)

      #expect(killed.signal == SIGKILL, "\(killed.status) \(killed.errors)")
      #expect(resumed.status == 0, "\(resumed.output) \(resumed.errors)")
      #expect(service.made == 2)
      #expect(pages.count == 4)
      #expect(service.fetched == pages)
    }
  }
}
