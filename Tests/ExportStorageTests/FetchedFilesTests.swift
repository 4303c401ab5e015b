// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import LocalCloud
import Synchronization
import Testing

@testable import ExportStorage

/// Files that are fetched from a service, and where they land.
@Suite struct FetchedFilesTests {
  typealias Bench = StoreTests.Bench

  /// A service's files in memory, which may break off.
  struct MemorySource: ArtifactSource {
    struct File: Sendable {
      var told = FetchedFile()
      var chunks: [String]
      /// Thrown behind the last chunk.
      var failure: ServiceError?
    }

    var files: [File]
    let reads = Counter()

    init(_ files: File...) { self.files = files }
    init(_ texts: [String]) { files = texts.map { File(chunks: [$0]) } }

    func files(_ consume: (FetchedFile, ByteReader) async throws -> Void) async throws {
      reads.add()
      for file in files {
        var left = file.chunks[...]
        try await consume(
          file.told,
          ByteReader {
            if let chunk = left.popFirst() { return Array(chunk.utf8) }
            if let failure = file.failure { throw failure }
            return nil
          })
      }
    }
  }

  final class Counter: Sendable {
    private let number = Mutex(0)
    var count: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
  }

  static let task = FinishedTask(id: "750/R x", prefix: nil)
  static let folder = "history/_shop/event/json/2016-01-01"
  /// The task's own folder in a container: told from that of `750_R x`.
  static let blobs = "\(folder)/750_R x-\(Digest(of: "750/R x").hex.prefix(12))"

  private func problem(
    _ store: any ArtifactStore, _ source: MemorySource, _ expectation: ExportCore.Expectation = StoreTests.expectation
  ) async -> (any Error & Sendable)? {
    do {
      _ = try await store.collect(StoreTests.delivery, of: Self.task, from: source, expecting: expectation)
      return nil
    } catch { return error as any Error & Sendable }
  }

  @Test func `a directory takes them without a container, safely named, with a manifest`() async throws {
    try await StoreTests().withCloud { bench in
      let store = DirectoryStore(root: bench.folder)
      let source = MemorySource(
        .init(told: FetchedFile(name: "a", bytes: 17, rows: 2), chunks: [#"[{"n":1},"#, #"{"n":2}]"#]),
        .init(chunks: [#"[{"n":3}]"#]))

      let result = try await store.collect(
        StoreTests.delivery, of: Self.task, from: source, expecting: StoreTests.expectation)
      let again = try await store.collect(
        StoreTests.delivery, of: Self.task, from: source, expecting: StoreTests.expectation)

      #expect(result.level == .verified)
      #expect(result.artifacts.map(\.name) == ["\(Self.folder)/part-00000.json", "\(Self.folder)/part-00001.json"])
      #expect(result.rows == 3)
      #expect(result.artifacts[0].sha256 == Digest(of: #"[{"n":1},{"n":2}]"#))
      #expect(bench.files == ["MANIFEST.json", "part-00000.json", "part-00001.json"].map { "\(Self.folder)/\($0)" })
      // What is there of the same task is known again: a crash before the journal heard of it costs nothing.
      #expect(again == result)
      #expect(source.reads.count == 1)
    }
  }

  @Test func `a container gets them by blocks, whole or not at all, with a manifest`() async throws {
    try await StoreTests().withCloud { bench in
      let large = #"[{"n":""# + String(repeating: "x", count: BlobUpload.blockSize * 2 + 17) + #""}]"#
      let source = MemorySource(.init(chunks: [large]), .init(chunks: ["[", #"{"n":1}"#, "]"]))

      let result = try await bench.container().collect(
        StoreTests.delivery, of: Self.task, from: source, expecting: StoreTests.expectation)
      let listed = try await bench.container().opened().list(prefix: "")

      #expect(result.artifacts.map(\.name) == ["\(Self.blobs)/part-00000.json", "\(Self.blobs)/part-00001.json"])
      #expect(result.level == .verified)
      #expect(listed.map(\.name) == ["\(Self.blobs)/MANIFEST.json"] + result.artifacts.map(\.name))
      #expect(listed[1].bytes == Int64(large.utf8.count))
      #expect(listed[1].md5 != nil)
      #expect(try await bench.content("\(Self.blobs)/part-00000.json") == large)
      #expect(try await bench.content("\(Self.blobs)/MANIFEST.json")?.contains(#""task":"750/R x""#) == true)
    }
  }

  @Test func `one file that is not good leaves none of them under its name`() async throws {
    try await StoreTests().withCloud { bench in
      let good = #"[{"n":1}]"#
      let sources: [(MemorySource.File, String)] = [
        (.init(chunks: ["[{}]"]), "'part-00001.json': row 1 has no 'n'"),
        (
          .init(told: FetchedFile(name: "b.json", bytes: 9), chunks: [good + " "]),
          "'b.json': 10 bytes came, and 9 were announced"
        ),
        (
          .init(told: FetchedFile(md5: "kAFQmDzST7DWlj99KOF/cg=="), chunks: [good]),
          "'part-00001.json': its MD5 is not the one that was announced"
        ),
        (
          .init(told: FetchedFile(sha256: Digest(of: "")), chunks: [good]),
          "'part-00001.json': its SHA-256 is not the one that was announced"
        ),
        (.init(told: FetchedFile(rows: 2), chunks: [good]), "'part-00001.json': it has 1 row, and 2 were announced"),
        (.init(chunks: [#"[{"n":1}"#]), "'part-00001.json': the file is cut off: JSON ends in the middle at byte 8"),
      ]

      for (bad, message) in sources {
        let source = MemorySource(.init(chunks: [good]), bad)
        for store in [DirectoryStore(root: bench.folder), bench.container()] as [any ArtifactStore] {
          #expect(await problem(store, source) as? StoreError == .artifact(message))
        }
      }
      #expect(bench.files == [])
      let blobs = try await bench.container().opened().list(prefix: "")
      #expect(blobs == [])
    }
  }

  @Test func `what the service fails with is told as it was, and the next time begins with the first file`()
    async throws
  {
    try await StoreTests().withCloud { bench in
      let cut = ServiceError(.again, "the connection ended early", requestID: "r-1")
      let broken = MemorySource(.init(chunks: [#"[{"n":1}]"#]), .init(chunks: [#"[{"n":2"#], failure: cut))
      let whole = MemorySource([#"[{"n":1}]"#, #"[{"n":2}]"#])

      for store in [DirectoryStore(root: bench.folder), bench.container()] as [any ArtifactStore] {
        #expect(await problem(store, broken) as? ServiceError == cut)
        #expect(bench.files == [])
        let result = try await store.collect(
          StoreTests.delivery, of: Self.task, from: whole, expecting: StoreTests.expectation)
        #expect(result.rows == 2)
        try? FileManager.default.removeItem(at: bench.folder)
      }
    }
  }

  @Test func `no file at all is not good, and too few rows are not`() async throws {
    try await StoreTests().withCloud { bench in
      var expectation = StoreTests.expectation
      expectation.minRows = 2

      for store in [DirectoryStore(root: bench.folder), bench.container()] as [any ArtifactStore] {
        #expect(await problem(store, MemorySource([])) as? StoreError == .artifact("the task left no file"))
        #expect(
          await problem(store, MemorySource([#"[{"n":1}]"#]), expectation) as? StoreError
            == .artifact("the files have 1 row, and 'min_rows' wants 2"))
      }
      #expect(bench.files == [])
    }
  }

  @Test func `a task that had nothing to export is good without files, and told apart from missing ones`() async throws
  {
    try await StoreTests().withCloud { bench in
      var (empty, expectation) = (Self.task, StoreTests.expectation)
      empty.isEmpty = true
      expectation.minRows = 1
      let source = MemorySource([])
      let nothing = Verification(.verified, artifacts: [])
      _ = try await bench.container().address(for: StoreTests.delivery)

      for store in [DirectoryStore(root: bench.folder), bench.container()] as [any ArtifactStore] {
        await #expect(throws: StoreError.artifact("the files have 0 rows, and 'min_rows' wants 1")) {
          try await store.collect(StoreTests.delivery, of: empty, from: source, expecting: expectation)
        }
        #expect(
          try await store.collect(StoreTests.delivery, of: empty, from: source, expecting: StoreTests.expectation)
            == nothing)
      }
      for store in [bench.directory(), bench.container()] as [any ArtifactStore] {
        #expect(try await store.collect(StoreTests.delivery, of: empty, expecting: StoreTests.expectation) == nothing)
      }
      #expect(source.reads.count == 0)
      #expect(bench.files == ["\(Self.folder)/MANIFEST.json"])
      let manifest = bench.folder.appendingPathComponent("\(Self.folder)/MANIFEST.json")
      #expect(try String(contentsOf: manifest, encoding: .utf8).contains(#""parts":[]"#))
      #expect(try await bench.content("\(Self.blobs)/MANIFEST.json")?.contains(#""parts":[]"#) == true)
    }
  }

  @Test func `a later task replaces what was good in a directory, and stands beside it in a container`() async throws {
    try await StoreTests().withCloud { bench in
      let next = FinishedTask(id: "751", prefix: nil)
      let store = DirectoryStore(root: bench.folder)
      for (task, text) in [(Self.task, #"[{"n":1}]"#), (next, #"[{"n":2}]"#)] {
        for store in [store, bench.container()] as [any ArtifactStore] {
          _ = try await store.collect(
            StoreTests.delivery, of: task, from: MemorySource([text]), expecting: StoreTests.expectation)
        }
      }

      let part = bench.folder.appendingPathComponent("\(Self.folder)/part-00000.json")
      #expect(try String(contentsOf: part, encoding: .utf8) == #"[{"n":2}]"#)
      #expect(try await bench.content("\(Self.blobs)/part-00000.json") == #"[{"n":1}]"#)
      #expect(try await bench.content("\(Self.folder)/751/part-00000.json") == #"[{"n":2}]"#)
    }
  }

  @Test func `a given signature must permit writing and listing, and need not permit reading`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      let source = MemorySource([#"[{"n":1}]"#])
      let readOnly = Secret(address.reveal().replacing("sp=wl", with: "sp=r"))

      let result = try await bench.container(with: address).collect(
        StoreTests.delivery, of: Self.task, from: source, expecting: StoreTests.expectation)
      let refused = await problem(bench.container(with: readOnly), source) as? StoreError

      #expect(result.level == .verified)
      #expect(refused == .refused("the given SAS cannot be used: it lacks the permission 'w', 'l'"))
      #expect(source.reads.count == 1)
    }
  }

  @Test func `a directory without a container has no address for a service`() async throws {
    let store = DirectoryStore(root: URL(fileURLWithPath: "/nowhere"))

    await #expect(throws: StoreError.never("the directory has no 'staging' that a service could write to")) {
      try await store.address(for: StoreTests.delivery)
    }
  }
}
