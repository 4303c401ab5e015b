// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `service try`: one task by hand.
@Suite(.serialized) struct ServiceTryTests {
  private static let small = [
    "service", "try", "./small.yaml", "--dataset", "rows", "--window", "2016-01-31", "--with", "account=a", "--app",
    "app=x",
  ]
  private static let container = ["--container", "http://127.0.0.1:1/acct/c", "--sas", "env:SAS"]

  // MARK: Against the local cloud

  @Test func `a task of a manifest is made, watched and checked, and no secret is shown`() async throws {
    let world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: ["--speed", "500"])
    let endpoints = world.cloud.endpoints

    let result = try await Program.run(
      ["service", "try", "--manifest", "manifest.yaml", "--dataset", "events", "--yes", "--out", "files"]
        + world.cloud.variables,
      in: world.folder.url, environment: world.cloud.environment)

    #expect(result.status == 0, "\(result.output) \(result.errors)")
    let text = result.output
    #expect(text.contains("> POST \(endpoints.managementURL)/subscriptions/"))
    #expect(text.contains("  id '") && text.contains(" from body:/id\n"))
    #expect(text.contains("  state 'Succeeded' from body:/state\n  the task is done\n"))
    #expect(text.contains("  next look in "))
    #expect(text.contains("good: task '") && text.contains(" left 1 file, "))
    #expect(text.contains("\"containerUrl\":\"<secret>\"") && text.contains("Authorization: Bearer <secret>"))
    for secret in [endpoints.secret, endpoints.accountKey, "sig="] {
      #expect(!(text + result.errors).contains(secret), "\(secret)")
    }
    #expect(text.firstMatch(of: #/local\.[0-9a-f-]{36}/#) == nil, "a token is shown")
    let parts = FileManager.default.enumerator(
      at: world.folder.url.appendingPathComponent("files/try/app-1/event"), includingPropertiesForKeys: nil)
    #expect((parts?.allObjects as? [URL] ?? []).contains { $0.lastPathComponent == "part-00000.json" })
    // No job of a run has this mark.
    let marks = try await world.cloud.statistics().tasksByDescription
    #expect(marks.count == 1 && text.contains("mark \(marks.keys.first ?? "none")\n"))
  }

  @Test func `a refused credential is 77, and the secret is in no line`() async throws {
    let world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: [])
    let endpoints = world.cloud.endpoints
    let sas = try #require(endpoints.stagingSAS.split(separator: "?").last)
    let result = try await Program.run(
      [
        "service", "try", "azure-mobile-engagement", "--dataset", "event", "--window", "2016-01-31", "--base",
        endpoints.managementURL, "--with", "subscription=s", "--with", "resource_group=g", "--app", "collection=c",
        "--app", "app=a", "--secret", "token=env:TOKEN", "--container",
        "\(endpoints.blobURL)/\(endpoints.stagingContainer)", "--sas", "env:SAS", "--yes",
      ], environment: ["TOKEN": "canary-token", "SAS": String(sas)])

    // The cloud knows no such subscription: whatever it answers, nothing secret comes out.
    #expect([3, 77].contains(result.status), "\(result.output)")
    #expect(!(result.output + result.errors).contains("canary"))
    let signature = try #require(sas.firstMatch(of: #/sig=([^&]+)/#)).1
    #expect(!result.output.contains(signature))
    #expect(result.output.contains("Authorization: Bearer <secret>"))
  }

  @Test func `with --output json every line is a document, the verdict last`() async throws {
    let folder = try TemporaryFolder()
    let result = try await Program.run(
      [
        "service", "try", "azure-mobile-engagement", "--dataset", "tag", "--format", "csv", "--local", "--no-input",
        "--output", "json",
      ], in: folder.url)

    #expect(result.status == 0, "\(result.output) \(result.errors)")
    let lines = try result.output.split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
    let events = lines.compactMap { $0["event"]?.string }
    #expect(events.first == "trial" && events.last == "verdict" && events.count == lines.count)
    #expect(Set(events).isSuperset(of: ["sent", "answered", "picked", "state", "pause"]))
    #expect(lines.last?["verdict"] == "good" && lines.last?.at(pointer: "/verification/level") == "verified")
    #expect(lines.contains { $0["what"] == "id" && $0["at"] == "body:/id" })
  }

  // MARK: Against a small service

  @Test func `the first Ctrl-C stops watching and says the task's id`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "small.yaml")
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let parts = cloud.endpoints.stagingSAS.split(separator: "?").map(String.init)
    try await StoppableService.with { service in
      let program = try Program.start(
        Self.small + ["--base", service.url, "--container", parts[0], "--sas", "env:SAS", "--yes"], in: folder.url,
        environment: ["SAS": parts[1]])

      let isStopped = await program.send(SIGINT) { $0.contains("the task is running") }
      let result = try await program.finish()

      #expect(isStopped, "\(result.output) \(result.errors)")
      #expect(result.status == 130)
      #expect(result.output.hasSuffix("stopped watching: task '1' goes on at the service\n"), "\(result.output)")
      #expect(result.output.contains("  progress '40' from body:/done\n  the task is running\n"), "\(result.output)")
      #expect(service.made == 1 && service.stopped == 0)
    }
  }

  @Test func `a dry run makes every request and sends none`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "small.yaml")
    try await StoppableService.with { service in
      let result = try await Program.run(Self.small + ["--base", service.url, "--dry-run"], in: folder.url)

      #expect(result.status == 0, "\(result.errors)")
      let requests = result.output.split(separator: "\n").filter { $0.hasPrefix("> ") && $0.contains(service.url) }
      #expect(
        requests == [
          "> POST \(service.url)/jobs", "> GET \(service.url)/jobs/TASK-ID", "> GET \(service.url)/jobs",
          "> DELETE \(service.url)/jobs/TASK-ID",
        ])
      #expect(result.output.contains(#">   {"from":"2016-01-31","mark":"outhaul:1:"#))
      #expect(service.made == 0)
    }
  }

  /// A dry run of the small service whose description was changed.
  private static func dry(
    _ arguments: [String] = [], window: String = "2016-01-31", changes: [(String, String)]
  ) async throws -> Program.Result {
    let folder = try TemporaryFolder()
    var text = StoppableService.description
    for (old, new) in changes {
      #expect(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    try folder.write(text, to: "small.yaml")
    let command = small.map { $0 == "2016-01-31" ? window : $0 }
    return try await Program.run(command + ["--dry-run"] + arguments, in: folder.url)
  }

  @Test(
    arguments: [
      (#"{kind: key-header, name: X-Api-Key, value: "${secret.key}"}"#, "/jobs/TASK-ID", "X-Api-Key: <secret>"),
      (#"{kind: key-header, name: X-Own, value: "Key ${secret.key}"}"#, "/jobs/TASK-ID", "X-Own: Key <secret>"),
      (#"{kind: key-query, name: api_key, value: "${secret.key}"}"#, "/jobs/TASK-ID?api_key=<secret>", nil),
      (#"{kind: bearer, token: "${secret.key}"}"#, "/jobs/TASK-ID", "Authorization: Bearer <secret>"),
      (#"{kind: basic, user: me, password: "${secret.key}"}"#, "/jobs/TASK-ID", "Authorization: Basic <secret>"),
      (
        #"{kind: azure-sas-token, key: "${secret.key}", resource: r, policy: p}"#, "/jobs/TASK-ID",
        "Authorization: SharedAccessSignature <secret>"
      ),
      (
        #"{kind: aws-sigv4, service: logs, region: eu, id: i, secret: "${secret.key}"}"#, "/jobs/TASK-ID",
        "Authorization: AWS4-HMAC-SHA256 <secret>"
      ),
      (
        #"{kind: jwt-es256, key: "${secret.key}", key_id: k, issuer: i, audience: a}"#, "/jobs/TASK-ID",
        "Authorization: Bearer <secret>"
      ), ("{kind: none}", "/jobs/TASK-ID", nil),
    ] as [(String, String, String?)])
  func `a dry run proves who asks as the service wants it`(auth: String, path: String, header: String?) async throws {
    let result = try await Self.dry(
      changes: [("base: https", "secrets: {key: {about: a key}}\nauth: \(auth)\nbase: https")])

    #expect(result.status == 0, "\(result.errors)")
    let look = result.output.split(separator: "\n").drop { $0 != "look:" }.dropFirst().prefix { $0.hasPrefix(">") }
    #expect(look.first == "> GET https://small.example\(path)")
    let own = look.dropFirst().map { $0.dropFirst(4) }
      .filter {
        !$0.hasPrefix("Accept: ") && !$0.hasPrefix("x-ms-client-request-id: ") && !$0.hasPrefix("X-Amz-Date: ")
      }
    #expect(own.map(String.init) == [header].compactMap(\.self), "\(result.output)")
  }

  @Test func `a dry run shows how a token is asked for, once`() async throws {
    let auth = #"auth: {kind: oauth2-client, token_url: /token, id: me, secret: "${secret.key}"}"#

    let result = try await Self.dry(changes: [("base: https", "secrets: {key: {about: a key}}\n\(auth)\nbase: https")])

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.matches(of: /\ntoken:\n> POST https:\/\/small\.example\/token\n/).count == 1)
    #expect(result.output.contains(">   grant_type=client_credentials&client_id=me&client_secret=<secret>\n"))
    #expect(result.output.matches(of: /Authorization: Bearer <secret>/).count == 4)
  }

  @Test func `a dry run shows every request of a submit, with names for what answers would give`() async throws {
    let steps = #"""
      submit: [{method: POST, path: /uploads, expect: [200], take: {upload: body:/upload}}, {method: POST, path: "/jobs/${step.upload}", expect: [201], id: body:/id, json: {mark: "${job.mark}"}}, {method: POST, path: "/jobs/${task.id}/go", expect: [202]}]
      """#
    let old = #"submit: {method: POST, path: /jobs, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}"#

    let result = try await Self.dry(changes: [(old, steps), ("running: [busy]", "made: [new], running: [busy]")])

    #expect(result.status == 0, "\(result.errors)")
    let requests = result.output.split(separator: "\n").filter { $0.hasPrefix("> ") && $0.contains(" https://") }
    #expect(
      requests.prefix(3) == [
        "> POST https://small.example/uploads", "> POST https://small.example/jobs/<upload>",
        "> POST https://small.example/jobs/TASK-ID/go",
      ])
    #expect(result.output.contains(#""mark":"outhaul:1:"#))
  }

  @Test(arguments: [
    ("{unit: hour, render: hour, zone: Asia/Kolkata, end: open}", "2016-01-31T07", "20160131T07"),
    ("{unit: instant, render: iso, end: open, max: 10m}", "2016-01-31T00:00/2016-01-31T00:10", "2016-01-31T00:00:00Z"),
    ("{unit: instant, render: epoch-s, end: open, max: 90s}", "2016-01-31T00:00/2016-01-31T00:01", "1454198400"),
    ("{unit: month, render: date, end: open, max: 30d}", "2016-04", "2016-04-01"),
    ("{unit: hour, render: iso, zone: Asia/Kolkata, end: open, max: 1h}", "2016-01-31T07", "2016-01-31T01:30:00Z"),
  ])
  func `any window that the service takes can be tried`(rule: String, window: String, start: String) async throws {
    let result = try await Self.dry(
      window: window, changes: [("{unit: day, render: date, zone: UTC, end: open}", rule)])

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(", window \(start) to "), "\(result.output)")
  }

  @Test func `what a plan finds wrong is told by the option, not by a file that nobody wrote`() async throws {
    let result = try await Self.dry(
      ["--with", "query=${app.nothing}"],
      changes: [("params: {account: {required: true}}", "params: {account: {required: true}, query: {type: template}}")]
    )

    #expect(result.status == 64, "\(result.output)")
    #expect(result.errors.contains("Error: --with query=${app.nothing}: "), "\(result.errors)")
    #expect(!result.errors.contains("manifest.yaml"), "\(result.errors)")
  }

  @Test func `a service that signs with a secret of its own gets it by reference, and nobody sees it`() async throws {
    let key = "Y2FuYXJ5LWtleS1vZi1hLWh1Yg=="
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let parts = cloud.endpoints.stagingSAS.split(separator: "?").map(String.init)
    try folder.write(
      StoppableService.description.replacing(
        "base: https",
        with:
          "secrets: {key: {about: a key}}\nauth: {kind: key-header, name: X-Key, value: \"${secret.key}\"}\nbase: https"
      ),
      to: "small.yaml")
    try await StoppableService.with { service in
      let arguments =
        Self.small + ["--base", service.url, "--container", parts[0], "--sas", "env:SAS", "--secret", "key=env:KEY"]
      let program = try Program.start(
        arguments + ["--yes"], in: folder.url, environment: ["SAS": parts[1], "KEY": key])

      let isStopped = await program.send(SIGINT) { $0.contains("the task is running") }
      let result = try await program.finish()

      #expect(isStopped && result.status == 130, "\(result.output) \(result.errors)")
      #expect(result.output.contains("X-Key: <secret>") && !(result.output + result.errors).contains(key))
    }
  }

  @Test func `a service out of reach is 69`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "small.yaml")
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let parts = cloud.endpoints.stagingSAS.split(separator: "?").map(String.init)

    let result = try await Program.run(
      Self.small + ["--base", "http://127.0.0.1:1", "--container", parts[0], "--sas", "env:SAS", "--yes"],
      in: folder.url, environment: ["SAS": parts[1]])

    #expect(result.status == 69, "\(result.output)")
    #expect(result.output.contains("\n< no answer: cannot "))
    #expect(result.output.contains("\nout of reach: small: "))
  }

  // MARK: What is refused before anything is sent

  @Test(arguments: [
    (["--secret", "token=hunter2"], "--secret takes a reference, not a secret: NAME=env:VARIABLE or NAME=file:PATH"),
    (["--secret", "hunter2"], "--secret takes a reference, not a secret"),
    (["--secret", "hunter2=env:X"], "--secret names no secret of small: it takes token"),
    (["--sas", "sig=hunter2"], "--sas takes a reference, not a signature: env:VARIABLE or file:PATH"),
    (["--container", "https://a.example/c?sig=hunter2"], "the signature goes into --sas"),
    (["--no-input"], "--no-input needs --yes: a task will be made"),
    (["--with", "acount=b", "--yes"], "--with acount: there is no such name; did you mean 'account'?"),
    (["--app", "x", "--yes"], "--app takes NAME=VALUE"),
    (
      ["--window", "January", "--yes"], "'January' is no window: write 2016-01-31, 2016-01, 2016-01-31T07 or BEGIN/END"
    ),
    (["--window", "2016-01-31/2016-01-30", "--yes"], "ends before it begins"),
    (["--window", "2016-01-31T07", "--yes"], "--window: the service takes whole days of UTC"),
    (["--format", "xml", "--yes"], "--format: "),
    (["--dataset", "rosw", "--yes"], "has no dataset 'rosw': did you mean 'rows'?"),
    (["--manifest", "m.yaml"], "--manifest says it all; --with, "),
    (["--var", "a=b"], "--var, --var-file and --as-of go with --manifest"),
    (["--service", "x"], "--service goes with --manifest"), (["--from", "2016-01-01"], "--window says it all"),
    ([], "nobody can be asked here: --yes makes the task, --dry-run shows its requests"),
  ])
  func `what makes no sense is 64 and says why, and no secret is repeated`(
    arguments: [String], message: String
  ) async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "small.yaml")
    let given = arguments.contains("--container") || arguments.contains("--sas") ? [] : Self.container

    let result = try await Program.run(Self.small + given + arguments, in: folder.url, environment: ["SAS": "x"])

    #expect(result.status == 64, "\(result.output) \(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!(result.output + result.errors).contains("hunter2"), "\(result.errors)")
  }

  @Test func `a description that is wrong is told with its places`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description.replacing("|urlpath", with: "|urlpaht"), to: "small.yaml")

    let result = try await Program.run(Self.small + ["--dry-run"], in: folder.url)

    #expect(result.status == 65)
    #expect(result.errors.contains("small.yaml:") && result.errors.contains("unknown filter 'urlpaht' [D"))
  }
}
