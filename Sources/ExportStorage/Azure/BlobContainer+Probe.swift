// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

// One small blob, to see whether a credential may write. A container's SAS cannot ask for the container's properties:
// writing and listing are all that tells.
extension BlobContainer {
  /// Writes a blob whole, over one that is there.
  /// - Throws: `StoreError`.
  func put(_ name: String, _ bytes: [UInt8]) async throws {
    let headers = [
      ("Content-Length", "\(bytes.count)"), ("Content-Type", "text/plain"), ("x-ms-blob-type", "BlockBlob"),
    ]
    var request = request("PUT", path: "/" + Self.encoded(name), query: [], headers: headers)
    request.body = bytes
    try await expect(201, of: request)
  }

  /// - Throws: `StoreError`.
  func delete(_ name: String) async throws {
    try await expect(202, of: request("DELETE", path: "/" + Self.encoded(name), query: []))
  }

  private func expect(_ status: Int, of request: HTTPRequest) async throws {
    do {
      let response = try await transport.send(request)
      guard response.head.status == status else { throw refusal(response.head, response.body) }
    } catch let error as TransportError {
      throw StoreError.again("the container cannot be reached: \(error.message)", retryAfter: nil)
    }
  }
}
