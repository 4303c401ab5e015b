// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

// Contents of blobs, as they are stored.
extension BlobContainer {
  /// Breaks of the connection that one reading goes on after.
  static let breakLimit = 16

  /// Reads a blob from a byte on. A connection that breaks after it brought something is followed by a request for what
  /// is missing, of the same content or none.
  /// - Throws: `StoreError`; `.again` when the blob was replaced meanwhile; and what `take` throws.
  func read(_ blob: ListedBlob, from start: Int64 = 0, _ take: ([UInt8]) async throws -> Void) async throws {
    var done = start
    for breaks in 0... {
      if done > 0, done == blob.bytes { return }
      let (before, requestID) = (done, RequestID.next())
      do {
        return try await readOnce(blob, from: done, requestID) { chunk in
          try await take(chunk)
          done += Int64(chunk.count)
        }
      } catch let error as TransportError {
        let goesOn = done > before && blob.etag != nil && breaks < Self.breakLimit
        guard goesOn else { throw failure("reading '\(blob.name)' failed", error, requestID) }
      }
    }
  }

  /// A small blob.
  /// - Throws: `StoreError`, also for a larger one.
  func content(of blob: ListedBlob, limit: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await read(blob) { chunk in
      bytes += chunk
      guard bytes.count <= limit else { throw StoreError.artifact("'\(blob.name)' is longer than \(limit) bytes") }
    }
    return bytes
  }

  private func readOnce(
    _ blob: ListedBlob, from start: Int64, _ requestID: String, mayAskAgain: Bool = true,
    _ take: ([UInt8]) async throws -> Void
  ) async throws {
    var headers: [(name: String, value: String)] = []
    if let etag = blob.etag { headers.append(("If-Match", "\"\(etag)\"")) }
    if start > 0 { headers.append(("Range", "bytes=\(start)-")) }
    var asked = try await request("GET", path: "/" + Self.encoded(blob.name), query: [], headers: headers, requestID)
    asked.keepsEncoding = true
    let request = asked
    let isRead = try await transport.stream(request) { head, body in
      if mayAskAgain, await hasAnotherToken(than: request, head) { return false }
      try await hold(head, body, blob, from: start, requestID)
      // Who does not know ranges begins at the beginning.
      var skipped = head.status == 206 ? 0 : start
      while let chunk = try await body.next() {
        let skip = min(skipped, Int64(chunk.count))
        skipped -= skip
        if skip < chunk.count { try await take(skip == 0 ? chunk : Array(chunk.dropFirst(Int(skip)))) }
      }
      return true
    }
    if !isRead { try await readOnce(blob, from: start, requestID, mayAskAgain: false, take) }
  }

  private func hold(
    _ head: HTTPHead, _ body: ByteReader, _ blob: ListedBlob, from start: Int64, _ requestID: String
  ) async throws {
    switch head.status {
    case 200: return
    case 206 where start > 0 && head.header("Content-Range")?.hasPrefix("bytes \(start)-") ?? false: return
    case 412, 416:
      throw StoreError.again("'\(blob.name)' was replaced while it was read: it is read anew", retryAfter: nil)
    default:
      var text: [UInt8] = []
      while text.count < BlobAnswer.reasonLimit, let chunk = try await body.next() { text += chunk }
      throw refusal(BlobAnswer(head, text, requestID))
    }
  }
}
