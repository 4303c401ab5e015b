// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

// Reading blobs: streamed from files, in bounded memory.
extension BlobRoutes {
  /// Of a range whose MD5 is asked for.
  private static let digestLimit: Int64 = 4 << 20

  /// GET and HEAD, of the content or of the metadata alone.
  func read(_ call: Call) throws -> Response {
    let blob = try found(call)
    try BlobConditions(call.header).read(blob)
    let isHead = call.method == "HEAD"
    if call.comp == "metadata" {
      return Self.empty(200, Self.identity(blob) + Self.headers(of: blob.settings.metadata))
    }
    let settings = blob.settings
    var headers = Self.identity(blob) + Self.headers(of: settings.metadata)
    headers += [
      ("Accept-Ranges", "bytes"), ("x-ms-blob-type", "BlockBlob"), ("x-ms-creation-time", CloudTime.http(blob.created)),
      ("x-ms-lease-status", "unlocked"), ("x-ms-lease-state", "available"), ("x-ms-server-encrypted", "true"),
      ("x-ms-access-tier", settings.tier ?? "Hot"),
    ]
    if settings.tier == nil { headers.append(("x-ms-access-tier-inferred", "true")) }
    // A signature may say other values than the blob's own.
    for (name, own, override) in [
      ("Content-Type", settings.type, "rsct"), ("Content-Encoding", settings.encoding, "rsce"),
      ("Content-Language", settings.language, "rscl"), ("Content-Disposition", settings.disposition, "rscd"),
      ("Cache-Control", settings.cacheControl, "rscc"),
    ] as [(String, String?, String)] {
      if let value = call.query[override] ?? own { headers.append((name, value)) }
    }
    let text = isHead ? nil : call.said("x-ms-range") ?? call.said("Range")
    guard let range = try Self.range(text, of: blob.bytes) else {
      if let md5 = settings.md5 { headers.append(("Content-MD5", md5)) }
      guard isHead else { return try stream(blob, 0..<blob.bytes, 200, headers) }
      var response = Self.empty(200, headers)
      response.body = .init(contentLength: Int(blob.bytes)) { writer in try await writer.finish(nil) }
      return response
    }
    headers.append(("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(blob.bytes)"))
    if let md5 = settings.md5 { headers.append(("x-ms-blob-content-md5", md5)) }
    if call.header("x-ms-range-get-content-md5")?.lowercased() == "true" {
      guard range.upperBound - range.lowerBound <= Self.digestLimit else {
        throw BlobRefusal.header("x-ms-range-get-content-md5", "true")
      }
      headers.append(("Content-MD5", try digest(blob, range)))
    }
    return try stream(blob, range, 206, headers)
  }

  func found(_ call: Call) throws -> BlobRecord {
    try store.container(call.container)
    guard let blob = try store.blob(call.container, call.blob) else { throw BlobStore.Problem.noBlob }
    return blob
  }

  static func identity(_ blob: BlobRecord) -> [(String, String)] {
    [("ETag", "\"\(blob.etag)\""), ("Last-Modified", CloudTime.http(blob.modified))]
  }

  /// `nil` for the whole; a range is cut at the end of the blob.
  private static func range(_ text: String?, of bytes: Int64) throws -> Range<Int64>? {
    guard let match = text?.wholeMatch(of: #/bytes=(\d+)-(\d*)/#), let first = Int64(match.1) else { return nil }
    guard first < bytes else {
      throw BlobRefusal(
        416, "InvalidRange", "The range specified is invalid for the current size of the resource.",
        headers: [("Content-Range", "bytes */\(bytes)")])
    }
    let last = Int64(match.2) ?? bytes - 1
    return last < first ? nil : first..<min(last, bytes - 1) + 1
  }

  private func digest(_ blob: BlobRecord, _ range: Range<Int64>) throws -> String {
    let file = try FileHandle(forReadingFrom: store.url(of: blob))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(range.lowerBound))
    let data = try file.read(upToCount: range.count) ?? Data()
    return Data(Insecure.MD5.hash(data: data)).base64EncodedString()
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

  /// Get Block List.
  func blockList(_ call: Call) throws -> Response {
    let kind = call.query["blocklisttype"]?.lowercased() ?? "committed"
    guard ["committed", "uncommitted", "all"].contains(kind) else { throw BlobRefusal.query("blocklisttype", kind) }
    try store.container(call.container)
    let blob = try store.blob(call.container, call.blob)
    let waiting = try store.uncommitted(call.blob, in: call.container)
    guard blob != nil || !waiting.isEmpty else { throw BlobStore.Problem.noBlob }
    func element(_ name: String, _ blocks: [BlobBlock]) -> String {
      let entries = blocks.map { "<Block><Name>\($0.id)</Name><Size>\($0.bytes)</Size></Block>" }.joined()
      return "<\(name)>\(entries)</\(name)>"
    }
    var response = Self.xml(
      "<BlockList>" + (kind == "uncommitted" ? "" : element("CommittedBlocks", blob?.blocks ?? []))
        + (kind == "committed" ? "" : element("UncommittedBlocks", waiting)) + "</BlockList>")
    for (name, value) in (blob.map(Self.identity) ?? []) + [("x-ms-blob-content-length", String(blob?.bytes ?? 0))] {
      if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
    return response
  }
}
