// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Testing

@testable import LocalCloud

/// The same seed makes the same bytes.
@Suite struct SeedTests {
  private static func exports(_ bench: DataBench, of app: LocalCloudApp) throws -> [String: String] {
    var exports: [String: String] = [:]
    for (dataset, format) in DataBench.every {
      exports["\(dataset) \(format)"] = try bench.text(
        dataset, format, of: app, from: "2016-01-01", through: "2016-01-04")
    }
    return exports
  }

  @Test func `two folders with one seed make the same exports, whatever was made first`() throws {
    let left = CloudFolder()
    let right = CloudFolder()
    let (one, two) = (DataBench(folder: left.url), DataBench(folder: right.url))
    try one.seed([DataBench.first, DataBench.second])
    try two.seed([DataBench.second], from: "2016-01-03")
    try two.seed([DataBench.first], through: "2016-01-02")
    try two.seed([DataBench.second, DataBench.first], seed: nil)

    for app in [DataBench.first, DataBench.second] {
      let (made, again) = (try Self.exports(one, of: app), try Self.exports(two, of: app))
      for name in made.keys.sorted() { #expect(made[name] == again[name], "\(name)") }
      #expect(made.values.allSatisfy { $0.utf8.count > 2 } && made.count == 20)
    }
  }

  @Test func `another seed makes other exports`() throws {
    let left = CloudFolder()
    let right = CloudFolder()
    let (one, two) = (DataBench(folder: left.url), DataBench(folder: right.url))
    try one.seed()
    try two.seed(seed: 8)

    let (made, other) = (try Self.exports(one, of: DataBench.first), try Self.exports(two, of: DataBench.first))
    for name in made.keys where !name.hasPrefix("crash") { #expect(made[name] != other[name], "\(name)") }
  }

  @Test func `what is made is counted, and once`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)

    let made = try bench.seed([DataBench.first, DataBench.second])
    let again = try bench.seed([DataBench.first, DataBench.second])

    #expect(made.daysMade == 8 && again.daysMade == 0 && made.rows == again.rows)
    #expect(made.rows["device"] == 50 && (made.rows["event"] ?? 0) > 100 && made.rows.count == 8)
    #expect(made.from == "2016-01-01" && made.through == "2016-01-04" && made.seed == 7 && made.apps == 2)
  }

  @Test func `days that were not made are empty, and no others are made`() async throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.seed()
    let store = try bench.store
    let id = try store.app(path: DataBench.first.path) ?? 0

    try await store.ensure(DataBench.day("2016-01-05")...DataBench.day("2016-01-06"), of: id)

    #expect(try bench.text(.event, of: DataBench.first, from: "2016-01-05") == "[]")
    #expect(try bench.text(.event, of: DataBench.first, from: "2016-01-04").utf8.count > 1000)
  }

  /// Devices were once last seen whenever they were asked for.
  @Test func `a device was last seen in the days that were made`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.seed()

    let devices = try bench.text(.device, of: DataBench.first)

    let seen = devices.matches(of: #/"lastSeen":(\d+)/#).compactMap { Int64($0.1) }
    #expect(!seen.isEmpty && seen.allSatisfy { $0 < 1_451_952_000_000 })
  }

  @Test func `data that are there already are not made into others`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.seed()
    try bench.write(#"[{"deviceId":"a","token":"t","type":"gcm"}]"#, to: "token.json")
    try bench.take(["token.json"])
    try bench.store.makeApps([DataBench.second], devices: 3)

    #expect(throws: CloudDataError.seed(stored: 7, asked: 8)) { try bench.seed(seed: 8) }
    #expect(throws: CloudDataError.devices(app: "shop/one", stored: 25, asked: 26)) { try bench.seed(devices: 26) }
    #expect(throws: CloudDataError.imported(app: "old/app")) { try bench.seed([DataBench.archive]) }
    #expect(throws: CloudDataError.endless(app: "shop/two")) { try bench.seed([DataBench.second], devices: 3) }
  }

  /// Days that were not made were served as empty ones.
  @Test func `a seed that was killed is not served, until it is made to its end`() async throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.seed(devices: 2)
    func isServed() throws -> CloudDataError? {
      do { try bench.store.checkSeeds() } catch let error as CloudDataError { return error }
      return nil
    }
    let whole = try isServed()
    try await bench.store.pool.write {
      try $0.execute(sql: "DELETE FROM generated WHERE day = (SELECT max(day) FROM generated)")
    }

    let half = try isServed()
    await #expect(throws: CloudDataError.unfinished(app: "shop/one")) {
      try await CloudBench.with(folder.url) { _ in }
    }
    try bench.seed(devices: 2)

    #expect(whole == nil && half == .unfinished(app: "shop/one"))
    #expect(try isServed() == nil)
    #expect(half?.description == "the seed of the app 'shop/one' is not finished: repeat 'outhaul cloud seed'")
  }

  /// A large import held the file for longer than SQLite waits, and tasks failed.
  @Test func `what is to be written waits while another process writes`() throws {
    var attempts = 0

    try CloudStore.patiently {
      attempts += 1
      if attempts < 4 { throw DatabaseError(resultCode: .SQLITE_BUSY) }
    }

    #expect(attempts == 4)
    #expect(throws: DatabaseError.self) { try CloudStore.patiently { throw DatabaseError(resultCode: .SQLITE_FULL) } }
  }

  @Test func `campaigns end as the days go on`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    func states() throws -> [String] {
      try bench.store.pool.read {
        try String.fetchAll($0, sql: "SELECT id || ' ' || state FROM campaign ORDER BY kind, id")
      }
    }
    try bench.seed(devices: 2, through: "2016-01-01")
    let before = try states()
    try bench.seed(devices: 2, through: "2017-06-01")

    let after = try states()
    let other = CloudFolder()
    try DataBench(folder: other.url).seed(devices: 2, through: "2017-06-01")
    #expect(before != after && before.count == 24)
    let whole = try DataBench(folder: other.url).store.pool.read {
      try String.fetchAll($0, sql: "SELECT id || ' ' || state FROM campaign ORDER BY kind, id")
    }
    #expect(after == whole)
  }

  @Test func `the larger an export, the longer its task runs`() {
    var life = LocalCloudLife()
    life.bytesPerSecond = 1000
    #expect(life.seconds(for: 0) == 0 && life.seconds(for: 2500) == 2.5)
  }

  /// Bounds of the functions that stand for those of the machine's library.
  @Test func `exponentials and powers are right to the last digits that count`() {
    for step in 0...32 {
      let x = Double(step) / 10
      #expect(abs(CloudMath.exp(x) / exp(x) - 1) < 1e-14, "\(x)")
      #expect(abs(CloudMath.threeHalves(x) - pow(x, 1.5)) < 1e-12, "\(x)")
    }
    for bound in [1.0, 0.7, 0.5, 0.2, 1e-9] {
      #expect(CloudMath.steps(down: 0.75, to: bound, limit: 50) == min(50, Int(log(bound) / log(0.75))), "\(bound)")
    }
  }
}
