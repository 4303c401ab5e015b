// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Testing

@testable import LocalCloud

/// Exports of ranges that are longer than any history.
@Suite struct LongRangeTests {
  /// They were once made day by day from the year 1 on, with nobody answered meanwhile, and no stop ended it.
  @Test func `an export of two thousand years keeps nobody waiting, and ends with the cloud`() async throws {
    try await CloudBench.run { bench in
      let days = #""startDate":"0001-01-01","endDate":"2026-01-01""#
      var ids: [String] = []
      for kind in ["events", "sessions", "jobs"] {
        ids.append(try await bench.call("POST", "/\(kind)", body: bench.body(days)).json["id"] as? String ?? "")
      }
      var state = "Queued"
      while state == "Queued" {
        let task = try await bench.call("GET", "/\(ids[0])")
        state = task.json["state"] as? String ?? ""
      }
      let listed = try await bench.call("GET").json["value"] as? [[String: Any]] ?? []
      #expect(listed.count == 3)
    }
  }

  @Test func `days before the first device are not made`() async throws {
    let folder = CloudFolder()
    let store = try CloudStore(directory: folder.url)
    try store.makeApps([DataBench.first], devices: 10)
    let app = try #require(try store.app(path: DataBench.first.path))
    let seen = try await store.pool.read { try Int64.fetchOne($0, sql: "SELECT min(first_seen) FROM device") }
    let first = CloudTime.day(of: try #require(seen))

    try await store.ensure(DataBench.day("0001-01-01")...(first + 9), of: app)
    try await store.ensure(DataBench.day("0001-01-01")...(first - 1), of: app)

    let made = try await store.pool.read { try Int.fetchAll($0, sql: "SELECT day FROM generated ORDER BY day") }
    #expect(made == Array(first...(first + 9)))
  }

  @Test func `what is under way ends when it is cancelled`() async throws {
    let folder = CloudFolder()
    let store = try CloudStore(directory: folder.url)
    try store.makeApps([DataBench.first], devices: 200)
    let app = try #require(try store.app(path: DataBench.first.path))
    let making = Task { try await store.ensure(DataBench.day("0001-01-01")...DataBench.day("2026-01-01"), of: app) }
    let reading = Task {
      try await store.export { db in
        while true { _ = try Int.fetchOne(db, sql: "SELECT 1") }
      }
    }

    making.cancel()
    reading.cancel()

    await #expect(throws: CancellationError.self) { try await making.value }
    await #expect(throws: CancellationError.self) { try await reading.value }
  }
}
