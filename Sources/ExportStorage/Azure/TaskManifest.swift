// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The manifest that a task writes last: which parts there are.
struct TaskManifest: Sendable {
  private let parts: [(name: String, bytes: Int64?)]
  private let folder: String

  init(reading blob: ListedBlob, of container: BlobContainer) async throws {
    folder = blob.name.split(separator: "/").dropLast().joined(separator: "/")
    let bytes = try await container.content(of: blob, limit: 16 << 20)
    guard let json = try? JSONValue(parsing: bytes), let parts = json["parts"]?.array else {
      throw StoreError.artifact("'\(blob.name)' is not a manifest")
    }
    self.parts = parts.compactMap { part in part["name"]?.string.map { ($0, part["bytes"]?.int) } }
  }

  /// - Throws: `StoreError.artifact` when a part is missing or has another size.
  func hold(_ blobs: [ListedBlob]) throws {
    for part in parts {
      let blob = blobs.first { $0.name == part.name || $0.name == "\(folder)/\(part.name)" }
      guard let blob else { throw StoreError.artifact("'\(part.name)' is in the task's manifest and not there") }
      if let bytes = part.bytes, bytes != blob.bytes {
        throw StoreError.artifact("'\(blob.name)' has \(blob.bytes) bytes, and its manifest says \(bytes)")
      }
    }
  }
}
