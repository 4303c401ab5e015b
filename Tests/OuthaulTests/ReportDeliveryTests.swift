// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Synchronization
import Testing

/// Where a run's report goes besides its folder, by the real program.
@Suite(.serialized) struct ReportDeliveryTests {
  private struct World: ~Copyable {
    let folder: TemporaryFolder

    init() throws {
      let folder = try TemporaryFolder()
      try folder.write(SampleManifest.nightly(days: 1, apps: 1, attempts: 1), to: "manifest.yaml")
      self.folder = folder
    }

    func run(_ more: [String], environment: [String: String] = [:]) async throws -> Program.Result {
      try await Program.run(
        ["run", "manifest.yaml", "--local", "--speed", "1000"] + more, in: folder.url, environment: environment)
    }

    /// A file of the run that ended last.
    func file(_ name: String) throws -> String {
      let runs = folder.url.appendingPathComponent(".outhaul/local/runs")
      let run = try #require(FileManager.default.contentsOfDirectory(atPath: runs.path).sorted().last)
      return try String(contentsOf: runs.appendingPathComponent("\(run)/\(name)"), encoding: .utf8)
    }
  }

  private static let headers = "OTEL_EXPORTER_OTLP_HEADERS"

  @Test func `metrics stand in the collector's folder as well, also of a run that failed, for everybody to read`()
    async throws
  {
    let world = try World()
    let metrics = world.folder.url.appendingPathComponent("node/outhaul.prom")
    try FileManager.default.createDirectory(
      at: metrics.deletingLastPathComponent(), withIntermediateDirectories: true)

    let result = try await world.run(["--metrics-file", metrics.path, "--fault", "task:failed:x1"])

    #expect(result.status == 3, "\(result.errors)")
    let written = try String(contentsOf: metrics, encoding: .utf8)
    #expect(try written == world.file("metrics.prom"))
    #expect(written.contains("outhaul_run_outcome{plan=\"nightly\",outcome=\"incomplete\"} 1\n"))
    let mode = try FileManager.default.attributesOfItem(atPath: metrics.path)[.posixPermissions] as? Int
    #expect((mode ?? 0) & 0o444 == 0o444)
    let left = try FileManager.default.contentsOfDirectory(atPath: metrics.deletingLastPathComponent().path)
    #expect(left == ["outhaul.prom"])
  }

  @Test func `metrics that cannot be written are a warning`() async throws {
    let world = try World()

    let result = try await world.run(["--metrics-file", "nowhere/outhaul.prom"])

    #expect(result.status == 0)
    #expect(result.errors.contains("warning: the metrics are not in 'nowhere/outhaul.prom': "), "\(result.errors)")
  }

  @Test func `a collector gets the trace that the run's folder has, with the headers of the environment`() async throws
  {
    try await ScriptedServer.with({ _ in .json(200, "{}") }) { server in
      let world = try World()

      let result = try await world.run(
        ["--otlp-endpoint", server.url + "/base/"],
        environment: [Self.headers: "api-key=top%20secret, x-team = data ,"])

      #expect(result.status == 0 && !result.errors.contains("warning"), "\(result.errors)")
      let requests = server.requests
      #expect(requests.map(\.line) == requests.map { _ in "POST /base/v1/traces HTTP/1.1" } && !requests.isEmpty)
      #expect(requests.allSatisfy { $0.fields["content-type"] == "application/json" })
      #expect(requests.allSatisfy { $0.fields["api-key"] == "top secret" && $0.fields["x-team"] == "data" })
      let file = try world.file("otlp-traces.json")
      let again = try await Program.run(
        ["report", "--local", "--otlp-endpoint", server.url + "/base/v1/traces"], in: world.folder.url)
      #expect(again.status == 0, "\(again.errors)")
      #expect(server.requests.dropFirst(requests.count).map(\.body) == requests.map(\.body))
      #expect(requests.map { $0.body + "\n" }.joined() == file)
      #expect(!file.contains("top secret"))
    }
  }

  @Test func `a collector that refuses, leaves spans out or is not there is a warning`() async throws {
    let answers = Mutex(0)
    try await ScriptedServer.with({ _ in
      let count = answers.withLock { count in
        count += 1
        return count
      }
      return count == 1
        ? .answer(401, [:], Array("who are you?".utf8))
        : .json(200, #"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}"#)
    }) { server in
      let world = try World()

      let refused = try await world.run(["--otlp-endpoint", server.url], environment: [Self.headers: "k=canary-1"])
      let partly = try await world.run(["--otlp-endpoint", server.url, "--redo"])
      let absent = try await world.run(
        ["--otlp-endpoint", "http://127.0.0.1:\(try ScriptedServer.unusedPort())", "--redo"])

      let later = try await Program.run(
        ["report", "--local", "--otlp-endpoint", "http://127.0.0.1:\(try ScriptedServer.unusedPort())"],
        in: world.folder.url)

      let kept = try await Program.run(
        [
          "report", "--local", "--format", "json", "-o", "kept.json", "--otlp-endpoint",
          "http://127.0.0.1:\(try ScriptedServer.unusedPort())",
        ], in: world.folder.url)

      // What was asked for is written, whoever takes no traces.
      let report = try String(contentsOf: world.folder.url.appendingPathComponent("kept.json"), encoding: .utf8)
      let own = try world.file("report.json")
      #expect(kept.status == 69 && report == own)
      #expect(later.status == 69 && later.errors.contains("the traces were not taken: "), "\(later.errors)")
      #expect(refused.status == 0 && partly.status == 0 && absent.status == 0)
      #expect(
        refused.errors.contains("warning: --otlp-endpoint: the traces were not taken: the collector answers 401\n"),
        "\(refused.errors)")
      #expect(!refused.errors.contains("canary-1") && !refused.output.contains("canary-1"))
      #expect(
        partly.errors.contains("warning: --otlp-endpoint: the collector has left out 3 spans: too old\n"),
        "\(partly.errors)")
      #expect(absent.errors.contains("warning: --otlp-endpoint: the traces were not taken: "), "\(absent.errors)")
    }
  }

  @Test func `an endpoint or headers that are none are told before anything is done`() async throws {
    let world = try World()

    for address in ["collector:4318", "ftp://collector", "http://", "http://user:pass@collector", "http://c?x=1"] {
      let result = try await world.run(["--otlp-endpoint", address])
      #expect(result.status == 64 && result.errors.contains("expected an http or https address"), "\(result.errors)")
    }
    let result = try await world.run(
      ["--otlp-endpoint", "http://collector"], environment: [Self.headers: "good=1,canary-2"])
    #expect(result.status == 64, "\(result.errors)")
    #expect(result.errors.contains("part 2 of OTEL_EXPORTER_OTLP_HEADERS is no name=value"))
    #expect(!result.errors.contains("canary-2"))
    #expect(!FileManager.default.fileExists(atPath: world.folder.url.appendingPathComponent(".outhaul").path))
  }
}
