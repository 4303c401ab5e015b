// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

@testable import ExportStorage

/// Files that were verified, held against what is there now.
@Suite struct ArtifactAuditTests {
  private static func artifact(_ name: String, _ text: String) -> Artifact {
    Artifact(name: name, bytes: Int64(text.utf8.count), sha256: Digest(of: text), rows: nil)
  }

  @Test func `blobs are missing, resized, changed or as they were; only reading tells a change`() async throws {
    try await StoreTests().withCloud { bench in
      let store = bench.container()
      let address = try await store.address(for: StoreTests.delivery)
      for (name, text) in [("e/1", "[1]"), ("e/2", "[2]"), ("e/3", "[333]")] {
        _ = try await bench.put(text, name, at: address)
      }
      let artifacts = [
        Self.artifact("e/1", "[1]"), Self.artifact("e/2", "[9]"), Self.artifact("e/3", "[3]"),
        Self.artifact("e/4", "[]"),
      ]

      let read = try await ArtifactAudit(store, reads: true).examine(artifacts)
      let listed = try await ArtifactAudit(store, reads: false).examine(artifacts)
      let gone = try await ArtifactAudit(bench.container("no-such", creates: false), reads: true).examine(artifacts)

      #expect(read.losses == [1: .changed, 2: .resized(recorded: 3, found: 5), 3: .missing] && read.read == [0, 1])
      #expect(listed.losses == [2: .resized(recorded: 3, found: 5), 3: .missing] && listed.read.isEmpty)
      // A container that has vanished has taken all with it.
      #expect(gone.losses == [0: .missing, 1: .missing, 2: .missing, 3: .missing])
    }
  }

  @Test func `what a signature cannot read is looked at by name and size`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put("[1]", "e/1", at: address)

      // The address of a delivery permits writing and listing.
      let result = try await ArtifactAudit(bench.container(with: address), reads: true)
        .examine([Self.artifact("e/1", "[7]"), Self.artifact("e/2", "[]")])

      #expect(result.losses == [1: .missing] && result.read.isEmpty)
    }
  }

  @Test func `a file of a directory that may not be read is no loss, and a folder in its place is one`() async throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-audit-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    try FileManager.default.createDirectory(at: root.appendingPathComponent("b"), withIntermediateDirectories: true)
    try Data("[1]".utf8).write(to: root.appendingPathComponent("a"))
    let store = DirectoryStore(root: root)

    let result = try await ArtifactAudit(store, reads: true)
      .examine([Self.artifact("a", "[1]"), Self.artifact("b", "[]"), Self.artifact("a/c", "[]")])

    #expect(result.losses == [1: .missing, 2: .missing] && result.read == [0])
    await #expect(throws: StoreError.artifact("'b' is no file")) {
      try await store.read(Self.artifact("b", "")) { _ in }
    }
    // A pipe that nobody writes to holds nobody up.
    #expect(mkfifo(root.appendingPathComponent("pipe").path, 0o600) == 0)
    await #expect(throws: StoreError.artifact("'pipe' is no file")) {
      try await store.read(Self.artifact("pipe", "")) { _ in }
    }
  }
}
