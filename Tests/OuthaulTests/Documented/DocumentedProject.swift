// SPDX-License-Identifier: Apache-2.0
import ExportTesting
import Foundation
import Testing

/// The folder in which what a page shows is done, from its top to its bottom.
///
/// - `empty`: nothing is there.
/// - `sample`: the manifest of the whole-program tests, whose services nobody answers for.
/// - `nightly`: the same, whose services are a local cloud.
/// - `root`: the project's `Examples`, as seen from its folder.
/// - `orders`: the same, whose API of orders has a port that nobody else has.
///
/// `$EXAMPLES` is the path of these for all of them, and `$GITHUB_STEP_SUMMARY` a file, as on a runner of GitHub.
final class DocumentedProject {
  private let folder: TemporaryFolder
  private let cloud: CloudProcess?

  init(_ name: String) async throws {
    let folder = try TemporaryFolder()
    var cloud: CloudProcess?
    switch name {
    case "empty": break
    case "sample": try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    case "nightly":
      let served = try await CloudProcess(
        data: folder.url.appendingPathComponent(".cloud"),
        arguments: ["--speed", "5000", "--app", "shop/shop-ios", "--app", "club/club-ios"])
      try folder.write(Self.manifest(against: served), to: "manifest.yaml")
      cloud = served
    case "root", "orders":
      let examples = LayerTests.root.appendingPathComponent("Examples")
      try FileManager.default.copyItem(at: examples, to: folder.url.appendingPathComponent("Examples"))
      if name == "orders" { try Self.movePort(in: folder.url.appendingPathComponent("Examples/orders")) }
    default: throw UnknownProject(name: name)
    }
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent(".bin"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appendingPathComponent(".bin/outhaul").path, withDestinationPath: Program.path)
    self.folder = folder
    self.cloud = cloud
  }

  struct UnknownProject: Error {
    let name: String
  }

  /// The manifest's own words lead to the cloud, so that commands need no more than the page says.
  private static func manifest(against cloud: CloudProcess) -> String {
    let endpoints = cloud.endpoints
    return SampleManifest.nightly(days: 1, apps: 1)
      .replacing("base: https://management.azure.com", with: "base: \(endpoints.managementURL)")
      .replacing("authority: https://login.microsoftonline.com", with: "authority: \(endpoints.authorityURL)")
      .replacing("tenant: contoso.example\n", with: "tenant: \(endpoints.tenant)\n")
      .replacing("client: 11111111-1111-1111-1111-111111111111", with: "client: \(endpoints.client)")
      .replacing(
        "container: https://contoso.blob.core.windows.net/staging", with: "container: \(endpoints.blobURL)/exports")
  }

  /// The port that is on the pages may be somebody's.
  private static func movePort(in orders: URL) throws {
    let (socket, port) = try LoopbackSocket.listen()
    close(socket)
    for name in ["orders_api.py", "orders.yaml"] {
      let file = orders.appendingPathComponent(name)
      let text = try String(contentsOf: file, encoding: .utf8)
      try text.replacing("8700", with: "\(port)").write(to: file, atomically: true, encoding: .utf8)
    }
  }

  func write(_ text: String, to path: String) throws { try folder.write(text, to: path) }

  /// What a shell that stops at the first failure, also inside a pipe, prints to both streams, and how it ends. What it has
  /// started behind itself ends with it.
  func run(_ script: String) async throws -> (status: Int32, printed: String) {
    // Signals but this one are blocked in what tests start.
    let last = "trap 'kill -9 $(jobs -p) 2>/dev/null || true' EXIT"
    let result = try await Program.run(
      ["-euo", "pipefail", "-c", "exec 2>&1\n\(last)\n\(script)"], in: folder.url, environment: environment,
      executable: "/bin/bash")
    return (result.status, result.output)
  }

  /// The first line of a program that serves until it is stopped; empty when it ends without one.
  func serve(_ command: String) async throws -> String {
    let running = try Program.start(
      ["-euc", "exec 2>&1\nexec \(command)"], in: folder.url, environment: environment, executable: "/bin/bash")
    let line = FirstLine()
    _ = await running.waits { line.take($0) }
    running.send(SIGKILL)
    _ = try await running.finish()
    return line.text
  }

  private var environment: [String: String] {
    var environment = cloud?.environment ?? [:]
    environment["HOME"] = folder.url.path
    environment["EXAMPLES"] = LayerTests.root.appendingPathComponent("Examples").path
    environment["PATH"] = folder.url.appendingPathComponent(".bin").path + ":/usr/bin:/bin"
    environment["GITHUB_STEP_SUMMARY"] = folder.url.appendingPathComponent("summary.md").path
    return environment
  }
}
