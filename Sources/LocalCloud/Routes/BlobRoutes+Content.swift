// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Hummingbird
import NIOCore

// Reading and writing blobs: streamed from and to files, in bounded memory.
extension BlobRoutes {
  // MARK: Get and head

  func read(_ call: Call, isHead: Bool) throws -> Response {
    guard try store.exists(container: call.container) else { throw BlobStore.Problem.noContainer }
    guard let blob = try store.blob(call.container, call.blob) else { throw BlobStore.Problem.noBlob }
    var headers = [
      ("ETag", "\"\(blob.etag)\""), ("Last-Modified", CloudTime.http(blob.modified)), ("Accept-Ranges", "bytes"),
      ("x-ms-blob-type", "BlockBlob"), ("x-ms-creation-time", CloudTime.http(blob.created)),
      ("x-ms-lease-status", "unlocked"), ("x-ms-lease-state", "available"), ("x-ms-server-encrypted", "true"),
      ("Content-Type", blob.type),
    ]
    let rangeText = isHead ? nil : call.header("x-ms-range") ?? call.header("Range")
    guard let range = try Self.range(rangeText, of: blob.bytes) else {
      if let md5 = blob.md5 { headers.append(("Content-MD5", md5)) }
      if isHead {
        var response = Self.empty(200, headers)
        response.body = .init(contentLength: Int(blob.bytes)) { writer in try await writer.finish(nil) }
        return response
      }
      return try stream(blob, 0..<blob.bytes, 200, headers)
    }
    headers.append(("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(blob.bytes)"))
    if let md5 = blob.md5 { headers.append(("x-ms-blob-content-md5", md5)) }
    return try stream(blob, range, 206, headers)
  }

  /// `nil` for the whole; a range is cut at the end of the blob.
  private static func range(_ text: String?, of bytes: Int64) throws -> Range<Int64>? {
    guard let match = text?.wholeMatch(of: #/bytes=(\d+)-(\d*)/#), let first = Int64(match.1) else { return nil }
    guard first < bytes else {
      throw BlobRefusal(
        status: 416, code: "InvalidRange",
        message: "The range specified is invalid for the current size of the resource.")
    }
    let last = Int64(match.2) ?? bytes - 1
    return last < first ? nil : first..<min(last + 1, bytes)
  }

  private func stream(
    _ blob: BlobRecord, _ range: Range<Int64>, _ status: Int, _ headers: [(String, String)]
  ) throws -> Response {
    // Opened here: a blob that is replaced meanwhile is still read whole as it was.
    let file = try FileHandle(forReadingFrom: store.url(of: blob))
    try file.seek(toOffset: UInt64(range.lowerBound))
    var response = Self.empty(status, headers)
    let reader = FileReader(file, left: range.upperBound - range.lowerBound)
    response.body = .init(contentLength: Int(range.upperBound - range.lowerBound)) { writer in
      while let chunk = try reader.next() { try await writer.write(chunk) }
      try await writer.finish(nil)
    }
    return response
  }

  /// Reads a part of a file, a piece at a time.
  private final class FileReader: @unchecked Sendable {
    // Used by one response body only, from one task.
    private let file: FileHandle
    private var left: Int64

    init(_ file: FileHandle, left: Int64) { (self.file, self.left) = (file, left) }

    func next() throws -> ByteBuffer? {
      guard left > 0, let data = try file.read(upToCount: Int(min(left, 1 << 18))), !data.isEmpty else {
        try file.close()
        return nil
      }
      left -= Int64(data.count)
      return ByteBuffer(bytes: data)
    }
  }

  // MARK: Put

  func putBlob(_ call: Call, _ body: RequestBody) async throws -> Response {
    guard let type = call.header("x-ms-blob-type") else {
      throw BlobRefusal(
        status: 400, code: "MissingRequiredHeader",
        message: "An HTTP header that's mandatory for this request is not specified.")
    }
    guard type == "BlockBlob" else {
      throw BlobRefusal(
        status: 400, code: "InvalidHeaderValue",
        message: "The value for one of the HTTP headers is not in the correct format.")
    }
    let file = store.newFile()
    let (bytes, md5) = try await save(
      body, to: store.folder.appendingPathComponent(file), expecting: call.header("Content-MD5"))
    let blob = try store.commit(
      file: file, bytes: bytes, md5: md5, type: Self.type(call), as: call.blob, in: call.container,
      ifAbsent: Self.ifAbsent(call))
    return Self.created(blob, [("Content-MD5", md5)])
  }

  func putBlock(_ call: Call, _ body: RequestBody) async throws -> Response {
    guard let id = call.query["blockid"], let decoded = Data(base64Encoded: id), (1...64).contains(decoded.count) else {
      throw BlobRefusal(status: 400, code: "InvalidBlockId", message: "The specified block ID is invalid.")
    }
    guard try store.exists(container: call.container) else { throw BlobStore.Problem.noContainer }
    let folder = store.blockFolder(call.container, call.blob)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = store.blockFile(call.container, call.blob, id: id)
    let temporary = folder.appendingPathComponent(".\(UUID().uuidString)")
    let (_, md5) = try await save(body, to: temporary, expecting: call.header("Content-MD5"))
    try? FileManager.default.removeItem(at: file)
    try FileManager.default.moveItem(at: temporary, to: file)
    return Self.empty(201, [("Content-MD5", md5), ("x-ms-request-server-encrypted", "true")])
  }

  func putBlockList(_ call: Call, _ body: RequestBody) async throws -> Response {
    let buffer = try await body.collect(upTo: 8 << 20)
    let text = String(buffer: buffer)
    guard text.contains("<BlockList") else {
      throw BlobRefusal(
        status: 400, code: "InvalidXmlDocument", message: "The specified XML is not syntactically valid.")
    }
    let ids = text.matches(of: #/<(Latest|Uncommitted)>([^<]+)<\/(?:Latest|Uncommitted)>/#).map { String($0.2) }
    if Self.ifAbsent(call), try store.blob(call.container, call.blob) != nil { throw BlobStore.Problem.blobExists }
    let (file, bytes) = try store.join(call.container, call.blob, ids: ids)
    let blob = try store.commit(
      file: file, bytes: bytes, md5: call.header("x-ms-blob-content-md5"), type: Self.type(call), as: call.blob,
      in: call.container, ifAbsent: Self.ifAbsent(call))
    return Self.created(blob, [])
  }

  private static func ifAbsent(_ call: Call) -> Bool { call.header("If-None-Match") == "*" }

  private static func type(_ call: Call) -> String {
    call.header("x-ms-blob-content-type") ?? call.header("Content-Type") ?? "application/octet-stream"
  }

  private static func created(_ blob: BlobRecord, _ headers: [(String, String)]) -> Response {
    empty(
      201,
      headers + [
        ("ETag", "\"\(blob.etag)\""), ("Last-Modified", CloudTime.http(blob.modified)),
        ("x-ms-request-server-encrypted", "true"),
      ])
  }

  /// Writes a body to a file; gives its size and MD5.
  private func save(_ body: RequestBody, to file: URL, expecting md5: String?) async throws -> (Int64, String) {
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let handle = try FileHandle(forWritingTo: file)
    var hash = Insecure.MD5()
    var bytes: Int64 = 0
    do {
      for try await chunk in body {
        let data = Data(buffer: chunk)
        hash.update(data: data)
        bytes += Int64(data.count)
        try handle.write(contentsOf: data)
      }
      try handle.close()
    } catch {
      try? FileManager.default.removeItem(at: file)
      throw error
    }
    let found = Data(hash.finalize()).base64EncodedString()
    if let md5, md5 != found {
      try? FileManager.default.removeItem(at: file)
      throw BlobRefusal(
        status: 400, code: "Md5Mismatch",
        message: "The MD5 value specified in the request did not match with the MD5 value calculated by the server.")
    }
    return (bytes, found)
  }
}
