// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Testing

/// `notify:` through the whole program, against a server that takes, refuses, or never answers.
@Suite(.serialized) struct NotifyRunTests {
  private static let canary = "canary-of-the-webhook"

  /// One app with one day; a job that fails has no second attempt.
  private static func manifest(_ notification: String) -> String {
    SampleManifest.nightly(days: 1, apps: 1, attempts: 1)
      .replacing("secrets:\n", with: "secrets:\n  hook: {file: hook.txt}\n") + "notify:\n  team: {\(notification)}\n"
  }

  /// - Parameter url: what the secret is.
  private static func world(_ notification: String, url: String, _ cloud: String...) async throws -> CloudWorld {
    let world = try await CloudWorld(manifest(notification), cloud: ["--speed", "1000"] + cloud)
    try world.folder.write(url + "\n", to: "hook.txt")
    return world
  }

  private static func taking(_ body: (ScriptedServer) async throws -> Void) async throws {
    try await ScriptedServer.with({ _ in .answer(200) }, body)
  }

  private static let lone = "url: \"${secret.hook}\""

  @Test func `a run that fails tells it once, with its words, and no output shows where`() async throws {
    try await Self.taking { server in
      let world = try await Self.world(
        "url: \"\(server.url)/services/${secret.hook}\", headers: {X-Token: \"t ${secret.hook}\"}", url: Self.canary,
        "--fault", "task:failed:x1")

      let result = try await world.perform("run", "--log-level", "trace")

      #expect(result.status == 3, "\(result.errors)")
      #expect(server.requests.map(\.line) == ["POST /services/\(Self.canary) HTTP/1.1"])
      let request = try #require(server.requests.first)
      #expect(request.fields["x-token"] == "t \(Self.canary)" && request.fields["content-type"] == "application/json")
      let text = try JSONValue(parsing: request.body.utf8)["text"]?.string ?? ""
      #expect(
        text.hasPrefix("*nightly*: ") && text.contains(" of 8 jobs done in ") && text.contains("1 failed"), "\(text)")
      #expect(
        text.contains("go on with: `outhaul run manifest.yaml --as-of ") && text.contains("/report.html`"), "\(text)")
      #expect(!(result.output + result.errors).contains(Self.canary))
      #expect(!result.errors.contains("was not sent"), "\(result.errors)")
    }
  }

  @Test func `a good run tells nobody, unless it always tells`() async throws {
    try await Self.taking { server in
      let quiet = try await Self.world(Self.lone, url: server.url)
      #expect(try await quiet.perform("run").status == 0)
      #expect(server.requests.isEmpty)

      let told = try await Self.world(
        Self.lone + ", on: always, format: json, template: '{\"done\": {verified}, \"what\": \"{outcome}\"}'",
        url: server.url)
      #expect(try await told.perform("run").status == 0)
      #expect(server.requests.map(\.body) == [#"{"done": 8, "what": "done"}"#])
    }
  }

  @Test func `a change is told, and what stays as it is is not`() async throws {
    try await Self.taking { server in
      let world = try await Self.world(
        Self.lone + ", on: change, format: text, template: \"{outcome}\"", url: server.url, "--fault", "task:failed:x2")
      // One job alone: the same that fails twice.
      let run = ["run", "--select", "dataset:tag"]
      var told: [[String]] = []
      var statuses: [Int32] = []
      for _ in 1...4 {
        statuses.append(try await world.start(run).finish().status)
        told.append(server.requests.map(\.body))
      }

      #expect(statuses == [3, 3, 0, 0])
      #expect(told == [["incomplete"], ["incomplete"], ["incomplete", "done"], ["incomplete", "done"]])
    }
  }

  @Test func `a server that never answers costs no more than the limit, and changes nothing`() async throws {
    try await ScriptedServer.with({ _ in .hang }) { server in
      let world = try await Self.world(Self.lone + ", on: always, timeout: 1s", url: server.url + "/" + Self.canary)

      let result = try await world.perform("run", "--output", "json")

      #expect(result.status == 0)
      // The limit is that of silence as well as of the whole, and either may be told.
      let told = "warning: the notification 'team' was not sent: "
      #expect(
        result.errors.contains(told + "no whole answer within 1s (total)\n")
          || result.errors.contains(told + "no byte of the answer came for 1s (read)\n"), "\(result.errors)")
      #expect(!(result.output + result.errors).contains(Self.canary))
      #expect(try JSONValue(parsing: result.output.utf8)["outcome"] == "done")
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a server that refuses is a warning, and the run ends as it would`() async throws {
    try await ScriptedServer.with({ _ in .answer(500) }) { server in
      let world = try await Self.world(Self.lone, url: server.url + "/" + Self.canary, "--fault", "task:failed:x1")

      let result = try await world.perform("run")

      #expect(result.status == 3)
      #expect(result.errors.contains("'team' was not sent: the answer was 500\n"), "\(result.errors)")
      #expect(server.requests.count == 2)
      #expect(!(result.output + result.errors).contains(Self.canary))
    }
  }

  @Test func `where nobody listens it is a warning, and the run ends as it would`() async throws {
    let port = try ScriptedServer.unusedPort()
    let world = try await Self.world(Self.lone + ", on: always", url: "http://127.0.0.1:\(port)/\(Self.canary)")

    let result = try await world.perform("run", "--log-level", "trace")

    #expect(result.status == 0)
    #expect(result.errors.contains("warning: the notification 'team' was not sent: cannot "), "\(result.errors)")
    #expect(!(result.output + result.errors).contains(Self.canary))
  }

  @Test func `a redirect is not followed: what proves who tells goes nowhere else`() async throws {
    try await Self.taking { elsewhere in
      try await ScriptedServer.with({ _ in .answer(307, ["Location": elsewhere.url]) }) { server in
        let world = try await Self.world(Self.lone + ", on: always", url: server.url)

        let result = try await world.perform("run")

        #expect(result.status == 0)
        #expect(result.errors.contains("the answer was 307, which leads elsewhere and is not followed"))
        #expect(server.requests.count == 1 && elsewhere.requests.isEmpty)
      }
    }
  }

  @Test func `a secret of a notification that is missing keeps no run from running`() async throws {
    let world = try await Self.world(Self.lone + ", on: always", url: "unused")
    try FileManager.default.removeItem(at: world.folder.url.appendingPathComponent("hook.txt"))

    let result = try await world.perform("run")

    #expect(result.status == 0)
    #expect(
      result.errors.contains(
        "'team' was not sent: the secret 'hook' is missing: the file hook.txt cannot be read or is empty"),
      "\(result.errors)")
  }

  @Test func `a run whose credential is refused is told, with its status`() async throws {
    try await Self.taking { server in
      let world = try await Self.world(Self.lone + ", format: text, template: \"{outcome} {verdict}\"", url: server.url)

      let result = try await Program.run(
        world.arguments(["run"]), in: world.folder.url,
        environment: world.cloud.environment.merging(["ENGAGEMENT_SECRET": "wrong"]) { $1 })

      #expect(result.status == 77, "\(result.errors)")
      #expect(server.requests.count == 1)
      #expect(server.requests.first?.body.hasPrefix("halted Stopped in ") == true, "\(server.requests)")
    }
  }

  @Test func `a run that is stopped is told as interrupted`() async throws {
    try await Self.taking { server in
      let world = try await CloudWorld(
        SampleManifest.nightly(days: 4, apps: 4)
          + "notify:\n  team: {url: \"\(server.url)\", format: text, template: \"{outcome}\"}\n",
        cloud: ["--speed", "60"])

      let run = try world.start(["run"])
      #expect(await run.send(SIGTERM) { $0.contains("verified ") })
      let result = try await run.finish()

      #expect(result.status == 143, "\(result.errors)")
      #expect(server.requests.map(\.body) == ["interrupted"])
    }
  }

  @Test func `a rehearsal tells nobody, and says so`() async throws {
    try await Self.taking { server in
      let folder = try TemporaryFolder()
      try folder.write(Self.manifest("url: \"\(server.url)\", on: always"), to: "manifest.yaml")

      let result = try await Program.run(
        ["run", "manifest.yaml", "--local", "--speed", "5000", "--as-of", CloudWorld.now], in: folder.url)

      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("the notification 'team' is not sent: this is a rehearsal\n"), "\(result.errors)")
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `the doctor looks at the address and sends nothing`() async throws {
    try await Self.taking { server in
      let world = try await Self.world(Self.lone, url: server.url)
      let bad = try await Self.world(Self.lone, url: "http://\(Self.canary).example/")

      let good = try await world.perform("doctor")
      let warned = try await bad.perform("doctor")

      #expect(good.output.contains("notification team, address: usable; nothing was sent there"), "\(good.output)")
      #expect(warned.output.contains("notification team, address: its address is no https URL"), "\(warned.output)")
      #expect(good.status == 0 && warned.status == 0)
      #expect(!(warned.output + warned.errors).contains(Self.canary))
      #expect(server.requests.isEmpty)
    }
  }
}
