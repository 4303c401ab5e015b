// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

// Takes a blob away: the one that tells whether a credential may write.
extension BlobContainer {
  /// - Throws: `StoreError`.
  func delete(_ name: String) async throws {
    let answer = try await send("DELETE", path: "/" + Self.encoded(name), query: [])
    guard answer.head.status == 202 else { throw refusal(answer) }
  }
}
