// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LocalCloud

/// Many who read the cloud's data at once.
@Suite struct CloudReaderTests {
  @Test(.timeLimit(.minutes(2))) func `readers that hold a thread and readers that wait do not wait for each other`()
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-readers-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try CloudStore(directory: folder)
    let apps = (0..<20).map { LocalCloudApp(subscription: "s", resourceGroup: "r", collection: "c", name: "app-\($0)") }
    try store.makeApps(apps, devices: 1)
    let ids = try store.apps().map(\.id)

    let found = try await withThrowingTaskGroup(of: Int.self) { group in
      for round in 0..<2000 {
        let app = round % apps.count
        group.addTask {
          // A day before the first: nothing is made.
          try await store.ensure(0...0, of: ids[app])
          return try store.app(path: apps[app].path) == ids[app] ? 1 : 0
        }
      }
      return try await group.reduce(0, +)
    }

    #expect(found == 2000)
  }
}
