// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import Testing

@testable import ExportStorage

/// Downloads that break off, against the local cloud.
@Suite struct DownloadTests {
  typealias Bench = StoreTests.Bench

  static let text = "[" + (1...400).map { "{\"n\":\($0)}" }.joined(separator: ",") + "]"
  static let folder = "history/_shop/event/json/2016-01-01"

  private func store(_ bench: Bench, _ transport: any HTTPTransport) -> DirectoryStore {
    DirectoryStore(
      root: bench.folder,
      staging: AzureContainerStore(
        url: "\(bench.endpoints.blobURL)/lake", credential: .accountKey(Secret(bench.endpoints.accountKey)),
        transport: transport, clock: Bench.now, createsContainer: true))
  }

  private func collect(_ store: any ArtifactStore) async throws -> Verification {
    try await store.collect(StoreTests.delivery, of: StoreTests.task, expecting: StoreTests.expectation)
  }

  private func problem(_ store: any ArtifactStore) async -> StoreError? {
    do {
      _ = try await collect(store)
      return nil
    } catch { return error as? StoreError }
  }

  private func content(_ bench: Bench, _ name: String = "part-00000.json") throws -> String {
    try String(contentsOf: bench.folder.appendingPathComponent("\(Self.folder)/\(name)"), encoding: .utf8)
  }

  @Test func `a connection that breaks is gone on with at the byte where it broke, in one go`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put(Self.text, "event/t-1/part-00000.json", at: address)
      let transport = BreakingTransport(bench.transport, breaks: [1000, 1000])

      let result = try await collect(store(bench, transport))
      let verified = try await collect(
        AzureContainerStore(
          url: "\(bench.endpoints.blobURL)/lake", credential: .accountKey(Secret(bench.endpoints.accountKey)),
          transport: BreakingTransport(bench.transport, breaks: [7]), clock: Bench.now, createsContainer: false))

      #expect(transport.ranges == ["", "bytes=1000-", "bytes=2000-"])
      #expect(result.rows == 400)
      #expect(result.artifacts[0].sha256 == Digest(of: Self.text))
      #expect(try content(bench) == Self.text)
      #expect(verified.artifacts[0].sha256 == Digest(of: Self.text))
    }
  }

  @Test func `what a dead run left is gone on with, and nothing of it is left in the end`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put(Self.text, "event/t-1/part-00000.json", at: address)
      // Nothing comes after the break: the run gives up.
      let broken = BreakingTransport(bench.transport, breaks: [1500, 0])

      guard case .again? = await problem(store(bench, broken)) else { return #expect(Bool(false)) }
      #expect(
        bench.files == [".outhaul-part-00000.json", ".outhaul-part-00000.json.from"].map { "\(Self.folder)/\($0)" })
      let whole = BreakingTransport(bench.transport)
      let result = try await collect(store(bench, whole))

      #expect(whole.ranges == ["bytes=1500-"])
      #expect(result.artifacts[0].sha256 == Digest(of: Self.text))
      #expect(result.rows == 400)
      #expect(try content(bench) == Self.text)
      #expect(bench.files == ["MANIFEST.json", "part-00000.json"].map { "\(Self.folder)/\($0)" })
    }
  }

  @Test func `what a crash of the machine has spoiled is brought anew before the service's file is blamed`()
    async throws
  {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put(Self.text, "event/t-1/part-00000.json", at: address)
      _ = await problem(store(bench, BreakingTransport(bench.transport, breaks: [1500, 0])))
      // The length was written, the bytes were not.
      let spoiled = bench.folder.appendingPathComponent("\(Self.folder)/.outhaul-part-00000.json")
      try Data(count: 1500).write(to: spoiled)

      let told = await problem(bench.directory())
      let result = try await collect(bench.directory())

      guard case .again(let reason, _)? = told else { return #expect(Bool(false), "\(String(describing: told))") }
      #expect(reason.hasSuffix("it is downloaded anew"), "\(reason)")
      #expect(result.artifacts[0].sha256 == Digest(of: Self.text))
      #expect(bench.files == ["MANIFEST.json", "part-00000.json"].map { "\(Self.folder)/\($0)" })
    }
  }

  @Test func `what a kill left beside a result that is whole is taken away when the result is met`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put(Self.text, "event/t-1/part-00000.json", at: address)
      _ = try await collect(bench.directory())
      let note = bench.folder.appendingPathComponent("\(Self.folder)/.outhaul-part-00000.json.from")
      try Data("{".utf8).write(to: note)

      let result = try await collect(bench.directory())

      #expect(result.rows == 400)
      #expect(bench.files == ["MANIFEST.json", "part-00000.json"].map { "\(Self.folder)/\($0)" })
    }
  }

  @Test func `a blob that was replaced between two tries is told, and downloaded anew`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put(Self.text, "event/t-1/part-00000.json", at: address)
      _ = await problem(store(bench, BreakingTransport(bench.transport, breaks: [1500, 0])))
      let other = Self.text.replacing("400", with: "401")
      _ = try await bench.put(other, "event/t-1/part-00000.json", at: address)

      let told = await problem(bench.directory())
      let result = try await collect(bench.directory())

      #expect(
        told
          == .again(
            "'event/t-1/part-00000.json' was replaced while it was downloaded: it is downloaded anew", retryAfter: nil))
      #expect(result.artifacts[0].sha256 == Digest(of: other))
      #expect(try content(bench) == other)
    }
  }

  @Test func `a blob that is replaced while it is read is told, and nothing of two contents is put together`()
    async throws
  {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put(Self.text, "event/t-1/part-00000.json", at: address)
      let other = Self.text.replacing("400", with: "401")
      // It breaks, and before it is gone on with somebody writes.
      let transport = BreakingTransport(bench.transport, breaks: [1500]) { request in
        guard request.headers.contains(where: { $0.name == "Range" }) else { return }
        _ = try await bench.put(other, "event/t-1/part-00000.json", at: address)
      }

      let told = await problem(store(bench, transport))

      #expect(
        told == .again("'event/t-1/part-00000.json' was replaced while it was read: it is read anew", retryAfter: nil))
      #expect(!bench.files.contains("\(Self.folder)/part-00000.json"))
      _ = await problem(bench.directory())
      #expect(try await collect(bench.directory()).artifacts[0].sha256 == Digest(of: other))
    }
  }

  @Test func `files that are whole already are not asked for again`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      for part in 0...1 { _ = try await bench.put(Self.text, "event/t-1/part-0000\(part).json", at: address) }
      // The first comes whole, the second not at all.
      let transport = BreakingTransport(bench.transport, breaks: [.max, 0])
      _ = await problem(store(bench, transport))
      let second = BreakingTransport(bench.transport)

      let result = try await collect(store(bench, second))

      #expect(second.ranges == [""])
      #expect(result.rows == 800)
    }
  }

  @Test func `what is not good leaves nothing behind, also when it came in two parts`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put(String(Self.text.dropLast()), "event/t-1/part-00000.json", at: address)
      let transport = BreakingTransport(bench.transport, breaks: [1500])

      guard case .artifact(let reason)? = await problem(store(bench, transport)) else { return #expect(Bool(false)) }

      #expect(reason.contains("the file is cut off"))
      #expect(bench.files == [])
    }
  }

  @Test func `compressed files keep their bytes and say so in their names`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put(
        GzipTests.whole, "event/t-1/part-00000.json", at: address, [("x-ms-blob-content-encoding", "gzip")])
      _ = try await bench.put(GzipTests.first + GzipTests.second, "event/t-1/part-00001.json.gz", at: address)

      let result = try await collect(bench.directory())
      let verified = try await collect(bench.container())

      #expect(
        result.artifacts.map(\.name) == ["part-00000.json.gz", "part-00001.json.gz"].map { "\(Self.folder)/\($0)" })
      #expect(result.artifacts[0].bytes == Int64(GzipTests.whole.count))
      #expect(result.rows == 4)
      #expect(verified.rows == 4)
      let kept = try await collect(bench.directory())
      #expect(kept == result)
      let file = try Data(contentsOf: bench.folder.appendingPathComponent(result.artifacts[0].name))
      #expect([UInt8](file) == GzipTests.whole)
    }
  }

  @Test func `a template names the files, and those of an earlier task go`() async throws {
    try await StoreTests().withCloud { bench in
      let names = try NameTemplate("{dataset}/{app}/day {window}/{export}-{part}.{format}")
      let store = DirectoryStore(root: bench.folder, staging: bench.container(), names: names)
      let address = try await store.address(for: StoreTests.delivery)
      for part in 0...1 { _ = try await bench.put(#"[{"n":1}]"#, "event/t-1/part-0000\(part).json", at: address) }
      _ = try await bench.put(GzipTests.whole, "event/t-2/part-00000.json", at: address)

      let first = try await collect(store)
      #expect(first.artifacts[1].name == "event/_shop/day 2016-01-01/history-00001.json")
      _ = try await store.collect(
        StoreTests.delivery, of: FinishedTask(id: "t-2", prefix: "event/t-2/"), expecting: StoreTests.expectation)

      #expect(bench.files == ["MANIFEST.json", "history-00000.json.gz"].map { "event/_shop/day 2016-01-01/\($0)" })
    }
  }
}
