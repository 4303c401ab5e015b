// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Logging
import Testing

/// Two clouds on one folder.
@Suite struct CloudLockTests {
  private static func open(_ folder: URL) async throws {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    _ = try await LocalCloud(LocalCloudConfiguration(directory: folder), logger: logger)
  }

  @Test func `the data are one cloud's until it has run`() async throws {
    let folder = CloudFolder()
    let url = folder.url
    try await CloudBench.with(url) { _ in
      let error = try await #require(throws: CloudStartError.self) { try await Self.open(url) }
      #expect(
        "\(error)".contains("'\(url.path)' are in use by process \(ProcessInfo.processInfo.processIdentifier), '"))
    }
    try await Self.open(url)
    try await Self.open(url)
  }

  @Test func `what is no folder, and what is no database, is told as that`() async throws {
    let folder = CloudFolder()
    let url = folder.url
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let file = url.appendingPathComponent("file")
    try Data("not a database, and long enough to be looked at as if it were one\n".utf8).write(to: file)
    let data = url.appendingPathComponent("data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    let base = data.appendingPathComponent("cloud.sqlite")
    try FileManager.default.copyItem(at: file, to: base)

    await #expect(throws: CloudStartError.isFile(path: file.path)) { try await Self.open(file) }
    await #expect(throws: CloudStartError.noDatabase(path: base.path)) { try await Self.open(data) }
  }
}
