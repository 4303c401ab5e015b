// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import Testing

@testable import ExportStorage

/// Files that are not what the job should have made: one clear reason, nothing under a final name, good files kept.
@Suite struct BadFileTests {
  typealias Bench = StoreTests.Bench

  static let expectation: ExportCore.Expectation = {
    var rule = RowRule(path: ["*"], required: ["jobId", "start"], times: ["start"])
    rule.fields = [FieldRule("jobId", .guid), FieldRule("start", .time)]
    var expectation = ExportCore.Expectation(format: "json", rows: rule, window: RowCheckTests.day)
    expectation.unique = .members(["jobId"])
    return expectation
  }()

  private static func row(_ number: Int, _ time: String = "2016-01-01T10:00:00Z") -> String {
    let id = String(repeating: "0", count: 31) + "\(number)"
    return #"{"jobId":"\#(id)","start":"\#(time)"}"#
  }

  /// The first row in gzip, up to the comma behind it.
  private static let zippedStart = GzipTests.bytes(
    "H4sIAAAAAAACA4uuVsrKT/JMUbJSMsAPDJV0lIpLEotKgEqNDAzNdA0MgSjE0MDKAISilGp1AApcnWlNAAAA")

  static let bad: [(String, [UInt8], String)] = [
    ("truncated", Array("[\(row(1))".utf8), "the file is cut off: JSON ends in the middle at byte 76"),
    (
      "half gzipped", zippedStart + Array("\(row(2))]".utf8),
      "the file is gzip up to byte 63, and what follows is not"
    ),
    (
      "cut gzip", Array(zippedStart.dropLast(9)),
      "the file is cut off: gzip ends in the middle at byte 54"
    ),
    ("wrong dataset", Array(#"[{"deviceId":"1"}]"#.utf8), "row 1 has no 'jobId'"),
    (
      "outside of the window", Array("[\(row(1, "2016-01-02T00:00:00Z"))]".utf8),
      "row 1: start 2016-01-02T00:00:00Z is outside 2016-01-01T00:00:00Z to 2016-01-02T00:00:00Z"
    ),
    (
      "duplicated rows", Array("[\(row(1)),\(row(2)),\(row(1))]".utf8),
      "row 3 has the same jobId as a row before it: rows came twice"
    ),
    ("not JSON", Array("<Error/>".utf8), "the file is not JSON: byte 0 is wrong"),
  ]

  @Test(arguments: bad)
  func `a bad file has one reason, in a container and in a directory`(what: String, bytes: [UInt8], reason: String)
    async throws
  {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put("[\(Self.row(7))]", "event/t-1/part-00000.json", at: address)
      _ = try await bench.put(bytes, "event/t-1/part-00001.json", at: address)

      for store in [bench.container(), bench.directory()] as [any ArtifactStore] {
        await #expect(throws: StoreError.artifact("'event/t-1/part-00001.json': \(reason)"), "\(what)") {
          try await store.collect(StoreTests.delivery, of: StoreTests.task, expecting: Self.expectation)
        }
      }

      #expect(bench.files == [])
      #expect(try await bench.content("event/t-1/part-00000.json") == "[\(Self.row(7))]")
    }
  }

  @Test func `an empty file is told apart from a missing one, and from nothing to export`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      func problem(_ text: String?) async throws -> StoreError? {
        if let text { _ = try await bench.put(text, "event/t-1/part-00000.json", at: address) }
        do {
          _ = try await bench.directory().collect(
            StoreTests.delivery, of: StoreTests.task, expecting: Self.expectation)
          return nil
        } catch { return error as? StoreError }
      }

      #expect(try await problem(nil) == .artifact("the task left no file"))
      #expect(try await problem("") == .artifact("'event/t-1/part-00000.json' is empty"))
      #expect(try await problem("[]") == nil)
    }
  }

  @Test func `good files stay while a later task brings bad ones`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put("[\(Self.row(1))]", "event/t-1/part-00000.json", at: address)
      _ = try await bench.put(GzipTests.whole, "event/t-2/part-00000.json", at: address)
      let good = try await bench.directory().collect(
        StoreTests.delivery, of: StoreTests.task, expecting: Self.expectation)
      let files = bench.files

      await #expect(throws: StoreError.self) {
        try await bench.directory().collect(
          StoreTests.delivery, of: FinishedTask(id: "t-2", prefix: "event/t-2/"), expecting: Self.expectation)
      }

      #expect(bench.files == files)
      let again = try await bench.directory().collect(
        StoreTests.delivery, of: StoreTests.task, expecting: Self.expectation)
      #expect(again == good)
    }
  }

  @Test func `a container that vanished is told as that`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put("[\(Self.row(1))]", "event/t-1/part-00000.json", at: address)
      let key = try #require(
        AccountKey(account: bench.endpoints.account, secret: Secret(bench.endpoints.accountKey)))
      let path = "/\(bench.endpoints.account)/lake"
      let headers = key.authorize(
        "DELETE", path: path, query: [("restype", "container")], headers: [], now: Bench.now())
      let gone = try await bench.transport.send(
        HTTPRequest("DELETE", "\(bench.endpoints.blobURL)/lake?restype=container", headers: headers))
      #expect(gone.head.status == 202)

      for store in [bench.container("lake", creates: false), bench.directory()] as [any ArtifactStore] {
        do {
          _ = try await store.collect(StoreTests.delivery, of: StoreTests.task, expecting: Self.expectation)
          Issue.record("it was found")
        } catch StoreError.never(let reason) {
          #expect(reason.hasPrefix("the container is not there: storage answered 404 ContainerNotFound"))
        } catch StoreError.again(let reason, _) {
          #expect(reason.contains("ContainerBeingDeleted"))
        }
      }
      #expect(bench.files == [])
    }
  }

  @Test func `a signature that ends in the middle is refused with its reason, and the download waits for another`()
    async throws
  {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put("[\(Self.row(1))]", "event/t-1/part-00000.json", at: address)
      let key = try #require(
        AccountKey(account: bench.endpoints.account, secret: Secret(bench.endpoints.accountKey)))
      let now = Bench.now()
      func signed(from start: Instant, to end: Instant) -> AzureContainerStore {
        let sas = ContainerSAS(
          account: bench.endpoints.account, container: "lake", permissions: "rwl", start: start, expiry: end,
          isSecure: false)
        return bench.container(with: Secret(sas.query(signedBy: key)))
      }
      let ended = signed(from: now.advanced(by: .seconds(-7200)), to: now.advanced(by: .seconds(-3600)))
      let good = signed(from: now.advanced(by: .seconds(-7200)), to: now.advanced(by: .seconds(3600)))

      do {
        _ = try await DirectoryStore(root: bench.folder, staging: ended).collect(
          StoreTests.delivery, of: StoreTests.task, expecting: Self.expectation)
        Issue.record("it was taken")
      } catch StoreError.refused(let reason) {
        #expect(
          reason.hasPrefix("storage answered 403 AuthenticationFailed: Signature not valid in the specified time"))
      }
      let result = try await DirectoryStore(root: bench.folder, staging: good).collect(
        StoreTests.delivery, of: StoreTests.task, expecting: Self.expectation)

      #expect(result.rows == 1)
      #expect(bench.files.count == 2)
    }
  }
}
