// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportTesting
import Foundation
import Testing

/// A canary in every secret: nothing that the program prints, writes or is called with holds one, in any form.
@Suite(.serialized) struct SecretsCanaryTests {
  private static func with(
    secret: String? = nil, _ cloud: [String], page: ScriptedServer.Reply = .answer(200),
    _ body: (CanaryWorld, _ page: ScriptedServer) async throws -> Void
  ) async throws {
    try await ScriptedServer.with({ _ in page }) { page in
      try await ScriptedServer.with({ _ in .answer(407, ["Proxy-Authenticate": "Basic"]) }) { proxy in
        try await body(try await CanaryWorld(page: page, proxy: proxy, secret: secret, cloud: cloud), page)
      }
    }
  }

  private static let trace = ["--log-level", "trace"]

  // MARK: Runs

  @Test func `a good run and all that looks at it show no secret`() async throws {
    try await Self.with(["--speed", "1000"]) { world, page in
      var results: [(String, Program.Result)] = []
      func perform(_ command: String...) async throws -> Program.Result {
        let result = try await world.perform(command)
        results.append((command.joined(separator: " "), result))
        return result
      }

      let planned = try await perform("plan", "-o", "plan.json")
      let run = try await perform("run", "--log-level", "trace")
      let again = try await perform(
        "run", "--output", "json", "--redo", "--select", "dataset:tag", "--log-level", "trace", "--log-format", "json",
        "--progress", "json", "--otlp-endpoint", page.url, "--metrics-file", "metrics.prom")
      for output in ["text", "json"] {
        for command in ["validate", "plan", "graph", "doctor", "gaps", "verify", "cancel"] {
          let extra = command == "graph" ? [] : ["--output", output]
          let result = try await world.perform([command] + extra + Self.trace)
          results.append(("\(command) \(output)", result))
          #expect(![64, 70].contains(result.status), "\(command): \(result.errors)")
        }
      }

      for format in ["text"] + ReportFormat.all.map(\.name) {
        let result = try await world.look(["report", "last", "manifest.yaml", "--format", format] + Self.trace)
        #expect(result.status == 0, "\(format): \(result.errors)")
        results.append(("report \(format)", result))
      }
      for command in ["runs", "status"] {
        for output in ["text", "json"] {
          let result = try await world.look([command, "manifest.yaml", "--output", output] + Self.trace)
          #expect(result.status == 0, "\(command): \(result.errors)")
          results.append(("\(command) \(output)", result))
        }
      }

      #expect(
        planned.status == 0 && run.status == 0 && again.status == 0, "\(planned.errors)\(run.errors)\(again.errors)")
      #expect(run.errors.contains("'chat' was not sent: "), "\(run.errors)")
      // The canaries did travel: what is searched for was used.
      let traces = try #require(page.requests.first { $0.path == "/v1/traces" })
      #expect(world.search.finds(in: Data(traces.fields.description.utf8), of: "the collector").count == 1)
      let told = try #require(page.requests.first)
      #expect(world.search.finds(in: Data((told.line + told.fields.description).utf8), of: "the page").count == 3)
      world.expectNothing(in: results)
    }
  }

  @Test func `jobs, plans and tasks that are looked at by hand show no secret`() async throws {
    try await Self.with(["--speed", "1000"]) { world, _ in
      let folder = world.world.folder.url
      #expect(try await world.perform(["plan", "-o", "plan.json"]).status == 0)
      #expect(try await world.perform(["run"]).status == 0)
      try String(contentsOf: folder.appendingPathComponent("manifest.yaml"), encoding: .utf8)
        .replacing("on: always", with: "on: change").write(
          to: folder.appendingPathComponent("other.yaml"), atomically: true, encoding: .utf8)
      var results: [(String, Program.Result)] = []
      let variables = world.world.cloud.variables + ["--as-of", CloudWorld.now]
      let commands: [[String]] = [
        ["diff", "plan.json", "other.yaml"],
        ["explain", "snapshots/app-1/tag/\(CloudWorld.now.prefix(10))", "manifest.yaml"],
        ["service", "try", "--manifest", "manifest.yaml", "--app", "app-1", "--dataset", "tag", "--yes"],
        [
          "service", "try", "--manifest", "manifest.yaml", "--app", "app-1", "--dataset", "tag", "--yes", "--output",
          "json",
        ],
      ]

      for command in commands {
        let result = try await Program.run(
          command + variables + Self.trace, in: folder, environment: world.environment)
        results.append((command.joined(separator: " "), result))
        #expect([0, 2].contains(result.status), "\(command): \(result.output)\(result.errors)")
      }

      world.expectNothing(in: results)
    }
  }

  @Test func `a run that fails, tells its failures and leaves a report shows no secret`() async throws {
    let faults = ["submit:500:x1", "poll:503:x1", "task:failed:x3", "task:truncated:x1", "list:500:x1"]
    try await Self.with(["--speed", "1000"] + faults.flatMap { ["--fault", $0] }, page: .answer(500)) { world, page in
      let run = try await world.perform(["run"] + Self.trace)
      let status = try await world.look(["status", "manifest.yaml"])

      #expect([0, 3].contains(run.status), "\(run.errors)")
      #expect(run.errors.contains("'page' was not sent: the answer was 500"), "\(run.errors)")
      #expect(page.requests.count == 2)
      world.expectNothing(in: [("run", run), ("status", status)])
    }
  }

  @Test func `a credential that is refused is not shown, however wrong it is`() async throws {
    try await Self.with(secret: "c4n&ry/wrong+\"<\(UUID().uuidString)>", ["--speed", "1000"]) { world, _ in
      let run = try await world.perform(["run"] + Self.trace)
      let doctor = try await world.perform(["doctor"] + Self.trace)

      #expect(run.status == 77 && doctor.status == 77, "\(run.errors)\(doctor.errors)")
      world.expectNothing(in: [("run", run), ("doctor", doctor)])
    }
  }

  @Test func `what a killed run leaves holds no secret`() async throws {
    try await Self.with(["--speed", "400"]) { world, _ in
      var results: [(String, Program.Result)] = []
      for moment in ["after:intent:1", "acted:submitted:2", "before:verified:1"] {
        let killed = try await world.perform(["run", "--settle", "2s"] + Self.trace, crash: moment)
        #expect(killed.signal == SIGKILL, "\(moment): \(killed.errors)")
        results.append((moment, killed))
        // With the log of the state beside it, and what says how it stands.
        let (found, files) = world.search.finds(
          below: world.world.folder.url.appendingPathComponent(".outhaul"))
        #expect(found == [] && files > 1)
      }
      results.append(("status", try await world.look(["status", "manifest.yaml"] + Self.trace)))
      results.append(("last", try await world.perform(["run", "--settle", "2s"] + Self.trace)))

      #expect(results.last?.1.status == 0, "\(results.last?.1.errors ?? "")")
      world.expectNothing(in: results)
    }
  }

  @Test func `what a crash prints holds no secret where it is kept silent`() async throws {
    try await Self.with(["--speed", "200"]) { world, _ in
      let run = try world.start(["run"] + Self.trace, environment: ["SWIFT_BACKTRACE": "enable=no"])
      #expect(await run.send(SIGSEGV) { $0.contains("verified ") })
      let ended = try await run.finish()

      #expect(ended.signal == SIGSEGV, "\(ended.errors.suffix(500))")
      world.expectNothing(in: [("the crash", ended)])
    }
  }

  @Test func `a rehearsal takes no secret of the world at all`() async throws {
    try await Self.with(["--speed", "1000"]) { world, page in
      let run = try await world.perform(["run", "--local", "--speed", "5000"] + Self.trace)

      #expect(run.status == 0, "\(run.errors)")
      #expect(page.requests.isEmpty)
      // The rehearsal's cloud keeps its own key and signatures in its own folder.
      let local = world.world.folder.url.appendingPathComponent(".outhaul/local")
      #expect(world.search.finds(below: local, sparing: ["cloud"]).found == [])
      #expect(world.search.finds(in: run, of: "run --local") == [])
      #expect(
        !FileManager.default.fileExists(atPath: world.world.folder.url.appendingPathComponent("arguments.txt").path))
    }
  }

  // MARK: Arguments

  @Test func `neither the program nor what it starts has a secret among its arguments`() async throws {
    try await Self.with(["--speed", "200"]) { world, _ in
      let run = try world.start(["run"])
      #expect(await run.waits { $0.contains("verified ") })
      let own = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(run.pid)/cmdline"))
      let ended = try await run.finish()
      let seen = try Data(contentsOf: world.world.folder.url.appendingPathComponent("arguments.txt"))

      #expect(ended.status == 0, "\(ended.errors)")
      #expect(String(decoding: own, as: UTF8.self).contains("manifest.yaml"))
      #expect(String(decoding: seen, as: UTF8.self).contains("print.sh"))
      #expect(world.search.finds(in: own + seen, of: "the arguments") == [])
    }
  }

  // MARK: What is written down

  private static let written = [
    "base: https://user:hunter2@api.example", "base: \"https://api.example/?sig=hunter2\"",
    "credential: {bearer: hunter2}",
    "SECRETS:hook: {value: hunter2}", "SECRETS:hook: {fil: hunter2}",
    "credential:\n      bearer: hunter2\n      azure_client: {tenant: a, client: b}",
    "credential:\n      azure_client: {tenant: a, client: b, secert: hunter2}",
    "credential:\n      azure_client: {tenant: a, client: b, secret: \"${secret.engagement_secret}\", word: hunter2}",
    "credential:\n      bearer: \"hunter2",
    "DESTINATIONS:more: {azure_container: \"https://a.example/c\", account_kye: hunter2}",
    "DESTINATIONS:more: {azure_container: \"https://a.example/c\", account_key: \"hunter2}",
    "NOTIFY:t: {url: \"https://a.example/x\", header: {Authorization: \"Bearer hunter2\"}}",
    "NOTIFY:t: {ulr: \"https://hooks.slack.com/services/hunter2\"}",
    "NOTIFY:t: \"https://hooks.slack.com/services/hunter2\"", "NOTIFY:- url: https://hooks.slack.com/services/hunter2",
    "NOTIFY:t: {webhook: \"https://hooks.slack.com/services/hunter2\", url: [x]}",
    "NOTIFY:t:\n    url:\n      - https://hooks.slack.com/services/hunter2",
    "NOTIFY:t: {url: \"https://hooks.slack.com/services/hunter2/${secret.none}\"}",
    "NOTIFY:t: {url: \"https://a.example/x\", headers: {X-Key: [\"hunter2\"]}}",
    "NOTIFY:t: {url: \"https://a.example/x\", headers: \"Authorization: Bearer hunter2\"}",
    "NOTIFY:t: {url: \"https://a.example/x\", headers: {\"Authorization: Bearer hunter2\": x}}",
    "NOTIFY:t: {url: \"https://a.example/x\", headers: {\"Authorization: Bearer hunter2\": [x]}}",
    "NOTIFY:t: {url: \"https://a.example/x\", headers: {X: \"hunter2\n\n bad\"}}",
  ]

  /// A line of the service, or one of the section that it names.
  private static func manifest(holding line: String) -> String {
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
    for section in ["secrets", "destinations"] where line.hasPrefix(section.uppercased() + ":") {
      return manifest.replacing("\n\(section):\n", with: "\n\(section):\n  \(line.dropFirst(section.count + 1))\n")
    }
    if line.hasPrefix("NOTIFY:") { return manifest + "notify:\n  \(line.dropFirst(7))\n" }
    return manifest.replacing("    base: \"${var.base}\"\n", with: "    \(line)\n")
  }

  @Test(arguments: written) func `a secret that is written into a manifest is refused and not repeated`(line: String)
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(holding: line), to: "manifest.yaml")

    for command in [
      ["validate"], ["validate", "--output", "json"], ["validate", "--output", "sarif"], ["plan"], ["run"],
    ] {
      let result = try await Program.run(
        [command[0], "manifest.yaml"] + command.dropFirst(), in: folder.url)
      #expect(result.status == 65, "\(command): \(result.output)\(result.errors)")
      #expect(!(result.output + result.errors).contains("hunter2"), "\(command): \(result.output)\(result.errors)")
    }
  }

  // MARK: The search itself

  private static let text = "c4n&ry/one+\"two<three"
  private static let hidings: [@Sendable (String) -> String] = [
    { $0 }, { "x\($0)x" }, { Data($0.utf8).base64EncodedString() }, { Data("u:\($0)".utf8).base64EncodedString() },
    { Data("us:\($0):x".utf8).base64EncodedString() }, { Data("use:\($0)".utf8).base64EncodedString() },
    {
      $0.replacing("&", with: "%26").replacing("/", with: "%2F").replacing("+", with: "%2B").replacing(
        "\"", with: "%22"
      ).replacing("<", with: "%3C")
    },
    { $0.replacing("\"", with: "\\\"") }, { $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;") },
  ]

  @Test func `the search finds what is planted, in every form and every place`() throws {
    let search = CanarySearch(canaries: [Canary("it", Self.text), Canary("another", "nowhere")])
    for (index, hide) in Self.hidings.enumerated() {
      let folder = try TemporaryFolder()
      try folder.write("before\n" + hide(Self.text) + "\nafter", to: ".hidden/deep/file.bin")
      try folder.write("nothing", to: "other")

      let (found, files) = search.finds(below: folder.url)

      #expect(found.count == 1 && found.first?.hasPrefix("it in ") == true, "\(index): \(found)")
      #expect(files == 2)
      #expect(search.finds(below: folder.url, sparing: [".hidden"]).found == [])
    }
  }

  private static let made =
    [
      ("https://a.example/c?sv=1&sig=abcdefghijklmnopqrstuvwxyz0123456789%3D", "a signature in x"),
      ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln", "a token in x"),
      ("?sig=<secret>&se=2, sig=…, the sign eyJ", nil),
    ] as [(String, String?)]

  @Test(arguments: made) func `signatures and tokens are known by their form`(text: String, expected: String?) {
    #expect(CanarySearch(canaries: []).finds(in: Data(text.utf8), of: "x") == [expected].compactMap { $0 })
  }
}
