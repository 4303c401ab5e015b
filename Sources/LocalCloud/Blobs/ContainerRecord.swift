// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

struct ContainerRecord: Sendable {
  var name: String
  /// Milliseconds since 1970.
  var modified: Int64
  var etag: String
  var metadata: [String: String]

  init(_ row: Row) throws {
    (name, modified) = (row["name"], row["modified"])
    let stored: String? = row["etag"]
    etag = stored ?? BlobStore.etag(modified)
    let text: String? = row["metadata"]
    metadata = try text.map { try JSONDecoder().decode([String: String].self, from: Data($0.utf8)) } ?? [:]
  }
}
