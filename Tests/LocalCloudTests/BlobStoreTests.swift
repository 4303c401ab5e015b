// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LocalCloud

/// What storage keeps on the disk.
@Suite struct BlobStoreTests {
  @Test func `blocks that wait have a limit, and one that comes again is none more`() throws {
    let folder = CloudFolder()
    let store = try BlobStore(store: CloudStore(directory: folder.url), directory: folder.url, mostWaiting: 2)
    try store.ensure(container: "lake")
    func keep(_ id: String) throws {
      let file = folder.url.appendingPathComponent("block")
      try Data("x".utf8).write(to: file)
      try store.keep(block: id, from: file, "a", in: "lake")
    }
    try keep("AAAA")
    try keep("BBBB")
    try keep("BBBB")

    #expect(throws: BlobStore.Problem.tooManyBlocks) { try keep("CCCC") }
    #expect(throws: BlobStore.Problem.badBlockLength) { try keep("CCCCCCCC") }
    store.forgetBlocks("a", in: "lake")
    try keep("CCCC")
    #expect(try store.uncommitted("a", in: "lake") == [BlobBlock(id: "CCCC", bytes: 1)])
  }

  @Test func `what a kill has left is swept at the start, and nothing else`() async throws {
    let folder = CloudFolder()
    let blobs = folder.url.appendingPathComponent("blobs")
    let (content, blocks) = (
      blobs.appendingPathComponent("11111111-2222-3333-4444-555555555555"), blobs.appendingPathComponent("blocks/gone")
    )
    try await CloudBench.with(folder.url) { bench in
      try await bench.put("a", "kept")
      _ = try await bench.store("PUT", "/exports/b", "comp=block&blockid=AAAA", sas: bench.account("w"), body: "kept")
    }
    try Data("left".utf8).write(to: content)
    try FileManager.default.createDirectory(at: blocks, withIntermediateDirectories: true)

    try await CloudBench.with(folder.url) { bench in
      let read = try await bench.store("GET", "/exports/a", sas: bench.account("r"))
      let waiting = try await bench.store(
        "GET", "/exports/b", "comp=blocklist&blocklisttype=uncommitted", sas: bench.account("r"))
      #expect(read.text == "kept" && waiting.text.contains("<Name>AAAA</Name>"))
      #expect(!FileManager.default.fileExists(atPath: content.path))
      #expect(!FileManager.default.fileExists(atPath: blocks.path))
    }
  }
}
