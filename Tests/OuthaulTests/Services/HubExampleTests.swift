// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Testing

/// The example for Azure IoT Hub, run by the real program against a small server that plays the hub and a real container.
@Suite(.serialized) struct HubExampleTests {
  private static let key = Data("a shared access policy's key.....".utf8).base64EncodedString()

  /// The example's manifest, led to servers of this machine.
  private struct World {
    let folder: URL
    let cloud: CloudProcess
    let hub: HubServer
    let socket: ScriptedServer

    func run(_ command: String..., crash: String? = nil) async throws -> Program.Result {
      var environment = ["IOT_HUB_KEY": HubExampleTests.key, "LAKE_ACCOUNT_KEY": cloud.endpoints.accountKey]
      environment["OUTHAUL_CRASH_AT"] = crash
      return try await Program.run(
        [command[0], "manifest.yaml"] + command.dropFirst(), in: folder, environment: environment)
    }

    func report() throws -> JSONValue {
      let runs = folder.appendingPathComponent(".outhaul/runs")
      let last = try FileManager.default.contentsOfDirectory(atPath: runs.path).max()
      return try JSONValue(
        parsing: Data(contentsOf: runs.appendingPathComponent("\(try #require(last))/report.json")))
    }
  }

  private static func with(
    _ hub: HubServer, changes: [(String, String)] = [], _ body: (World) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    try await ScriptedServer.with({ hub.answer($0) }) { socket in
      var text = try String(
        contentsOf: LayerTests.root.appendingPathComponent("Examples/iot-hub/manifest.yaml"), encoding: .utf8)
      let changes =
        [
          ("use: azure-iot-hub-devices", "use: azure-iot-hub-devices\n    base: \(socket.url)"),
          ("https://contoso.blob.core.windows.net/registry", "\(cloud.endpoints.blobURL)/exports"),
        ] + changes
      for (old, new) in changes {
        #expect(text.contains(old), "\(old)")
        text = text.replacing(old, with: new)
      }
      try folder.write(text, to: "manifest.yaml")
      try await body(World(folder: folder.url, cloud: cloud, hub: hub, socket: socket))
    }
  }

  @Test func `the registry is exported, checked and exported once`() async throws {
    try await Self.with(HubServer(key: Self.key)) { world in
      let first = try await world.run("run")
      let again = try await world.run("run")

      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("The job is done and verified"), "\(first.output)")
      #expect(again.output.contains("Nothing is due: 1 already exported."), "\(again.output)")
      let seen = world.hub.seen
      #expect(seen.refused == 0 && seen.jobs.map(\.status) == ["completed"])
      #expect(seen.jobs[0].asked["excludeKeysInExport"] == true)
      #expect(seen.jobs[0].asked["includeConfigurations"] == false)
      #expect(seen.jobs[0].asked["outputBlobName"]?.string?.hasPrefix("outhaul-") ?? false)
    }
  }

  @Test func `one job runs at a time, whatever the manifest wants`() async throws {
    let window = "    window: {every: day}\n"
    let second = "  with-keys:\n    service: hub\n    apps: all\n    datasets: device\n    device: {keys: true}\n"
    try await Self.with(HubServer(key: Self.key), changes: [(window, window + second + window)]) { world in
      let result = try await world.run("run")

      #expect(result.status == 0, "\(result.errors)")
      #expect(world.hub.seen.jobs.map(\.status) == ["completed", "completed"])
      #expect(world.hub.seen.tooMany == 0)
    }
  }

  @Test(arguments: ["after:intent:1", "acted:intent:1", "after:submitted:1", "after:verifying:1", "before:verified:1"])
  func `killed anywhere and started again it makes one job`(crash: String) async throws {
    try await Self.with(HubServer(key: Self.key)) { world in
      let killed = try await world.run("run", crash: crash)
      let last = try await world.run("run", "--settle", "1s")

      #expect(killed.signal == SIGKILL)
      #expect(last.status == 0, "\(last.errors)")
      #expect(world.hub.seen.jobs.count == 1)
    }
  }

  @Test func `a key that is not the hub's ends with 77`() async throws {
    try await Self.with(HubServer(key: Data("another".utf8).base64EncodedString())) { world in
      let result = try await world.run("run")

      #expect(result.status == 77, "\(result.output)")
      #expect(result.output.contains("IotHubUnauthorizedAccess"), "\(result.output)")
      #expect(!result.errors.contains(Self.key) && !result.output.contains(Self.key))
      #expect(world.hub.seen.jobs.isEmpty)
    }
  }

  @Test func `a live job is stopped by the second signal's command`() async throws {
    try await Self.with(HubServer(key: Self.key, looks: 1_000_000)) { world in
      let killed = try await world.run("run", crash: "after:submitted:1")
      let result = try await world.run("cancel", "--settle", "1s")

      #expect(killed.signal == SIGKILL)
      #expect(result.status == 0, "\(result.output) \(result.errors)")
      #expect(world.hub.seen.cancelled == 1)
    }
  }
}
