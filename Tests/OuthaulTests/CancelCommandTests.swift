// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `outhaul cancel`, and a second signal, through the whole program.
@Suite(.serialized) struct CancelCommandTests {
  @Test func `where a service cannot stop tasks nothing changes, and the next run goes on with them`() async throws {
    var world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: ["--speed", "1"])
    let killed = try await world.perform("run", crash: "after:submitted:2")
    #expect(killed.signal == SIGKILL)
    let before = try await world.cloud.statistics()

    let text = try await world.perform("cancel", "--settle", "1s")
    let json = try await world.perform("cancel", "--settle", "1s", "--output", "json")
    let after = try await world.cloud.statistics()
    try await world.killCloud()
    try await world.restartCloud(["--speed", "1000"])
    let last = try await world.perform("run", "--settle", "2s")

    #expect(text.status == 2 && json.status == 2, "\(text.errors)")
    #expect(
      text.output.contains(" live tasks stopped; the others are over, or live on: the next run looks at them.\n"),
      "\(text.output)")
    #expect(try JSONValue(parsing: json.output.utf8)["stopped"] == 0)
    #expect(before.tasksByDescription == after.tasksByDescription)
    #expect(last.status == 0, "\(last.errors)")
    try await world.expectTasks(jobs: 8)
  }

  @Test func `where no task is alive there is nothing to stop`() async throws {
    let world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: ["--speed", "1000"])

    let fresh = try await world.perform("cancel")
    #expect(try await world.perform("run").status == 0)
    let done = try await world.perform("cancel", "--output", "json")

    #expect(fresh.status == 0 && fresh.output == "No task of the plan is alive.\n", "\(fresh.output) \(fresh.errors)")
    #expect(
      done.status == 0 && done.output == "{\"cancel\":1,\"live\":0,\"stopped\":0}\n", "\(done.output) \(done.errors)")
    try await world.expectTasks(jobs: 8)
  }

  @Test func `what a rehearsal left alive is looked at where it rehearsed, and real tasks are not`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--local", "--as-of", CloudWorld.now]
    let killed = try await Program.start(
      run + ["--speed", "1"], in: folder.url, environment: ["OUTHAUL_CRASH_AT": "after:submitted:2"]
    ).finish()
    #expect(killed.signal == SIGKILL)

    let cancel = ["cancel", "manifest.yaml", "--as-of", CloudWorld.now]
    let local = try await Program.run(cancel + ["--local", "--settle", "1s"], in: folder.url)
    let last = try await Program.run(run, in: folder.url)

    #expect(local.status == 2 && local.output.contains(" live tasks stopped; "), "\(local.output) \(local.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent(".outhaul/state.sqlite").path))
    #expect(last.status == 0 && last.output.hasPrefix("All 8 jobs done"), "\(last.output) \(last.errors)")
  }

  // MARK: A service that can stop tasks

  private static let manifest = """
    manifest: 1
    name: stoppable
    variables: {small: https://small.example, container: https://contoso.blob.core.windows.net/staging}
    secrets: {staging_key: {env: STAGING_KEY}}
    services: {small: {use: ./small.yaml, base: "${var.small}", with: {account: a}}}
    destinations:
      staging: {azure_container: "${var.container}", account_key: "${secret.staging_key}"}
      files: {directory: exports, staging: staging}
    apps: {one: {with: {app: one}}}
    defaults: {destination: files}
    exports:
      rows:
        service: small
        apps: all
        datasets: [rows]
        window: {every: day, from: 2016-01-01, through: 2016-01-04, zone: UTC}

    """

  /// A folder, a cloud for its storage, and what a command needs to meet both.
  private struct Scene: ~Copyable {
    let folder: TemporaryFolder
    let cloud: CloudProcess
    let service: StoppableService

    init(_ service: StoppableService) async throws {
      let folder = try TemporaryFolder()
      try folder.write(CancelCommandTests.manifest, to: "manifest.yaml")
      try folder.write(StoppableService.description, to: "small.yaml")
      cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
      self.folder = folder
      self.service = service
    }

    func start(_ command: [String], crash: String? = nil) throws -> Program.Running {
      var environment = cloud.environment
      environment["OUTHAUL_CRASH_AT"] = crash
      let variables = ["small=\(service.url)", "container=\(cloud.endpoints.blobURL)/exports"].flatMap {
        ["--var", $0]
      }
      return try Program.start(
        [command[0], "manifest.yaml"] + variables + command.dropFirst(), in: folder.url, environment: environment)
    }
  }

  @Test func `live tasks of a run that died are stopped where the service can, and their jobs are due again`()
    async throws
  {
    try await StoppableService.with { service in
      let scene = try await Scene(service)
      let killed = try await scene.start(["run"], crash: "acted:running:1").finish()
      #expect(killed.signal == SIGKILL, "\(killed.status) \(killed.errors)")
      #expect(service.made == 4)

      let cancelled = try await scene.start(["cancel"]).finish()
      let again = try await scene.start(["cancel"]).finish()
      let gaps = try await scene.start(["gaps"]).finish()

      #expect(cancelled.status == 0, "\(cancelled.output) \(cancelled.errors)")
      #expect(cancelled.output == "4 of 4 live tasks stopped.\n")
      #expect(service.stopped == 4 && service.made == 4)
      #expect(again.output == "No task of the plan is alive.\n" && again.status == 0)
      #expect(gaps.status == 2)
    }
  }

  @Test func `a second signal stops the tasks of a run that goes on`() async throws {
    // The last request is held back until three tasks were stopped: a run that waits for nothing ends with the first
    // signal.
    try await StoppableService.with(holds: 4, until: 3) { service in
      let scene = try await Scene(service)
      let run = try scene.start(["run", "--log-level", "debug"])
      // Every event is a line of the log.
      #expect(await run.waits { $0.matches(of: #/ debug running /#).count == 3 })

      run.send(SIGINT)
      #expect(await run.waits { $0.contains("stopping: waiting for requests under way") })
      run.send(SIGINT)
      let result = try await run.finish()
      let left = try await scene.start(["cancel"]).finish()
      let last = try await scene.start(["cancel"]).finish()

      #expect(result.status == 130, "\(result.errors)")
      #expect(service.stopped == 4 && service.made == 4)
      #expect(left.status == 0, "\(left.output) \(left.errors)")
      #expect(last.output == "No task of the plan is alive.\n")
    }
  }
}
