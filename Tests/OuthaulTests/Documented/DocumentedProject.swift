// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The folder in which what a page shows is done, from its top to its bottom.
///
/// - `empty`: nothing is there.
/// - `sample`: the manifest of the whole-program tests, whose services nobody answers for.
/// - `nightly`: the same, whose services are a local cloud.
/// - `root`: the project's `Examples`, as seen from its folder.
///
/// `$EXAMPLES` is the path of these for all of them.
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
    case "root":
      let examples = LayerTests.root.appendingPathComponent("Examples")
      try FileManager.default.copyItem(at: examples, to: folder.url.appendingPathComponent("Examples"))
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

  func write(_ text: String, to path: String) throws { try folder.write(text, to: path) }

  /// What a shell that stops at the first failure prints to both streams, and how it ends.
  func run(_ script: String) async throws -> (status: Int32, printed: String) {
    var environment = cloud?.environment ?? [:]
    environment["HOME"] = folder.url.path
    environment["EXAMPLES"] = LayerTests.root.appendingPathComponent("Examples").path
    environment["PATH"] = folder.url.appendingPathComponent(".bin").path + ":/usr/bin:/bin"
    let result = try await Program.run(
      ["-euc", "exec 2>&1\n" + script], in: folder.url, environment: environment, executable: "/bin/bash")
    return (result.status, result.output)
  }
}
