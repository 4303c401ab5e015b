// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Hummingbird
import NIOCore

// Writing blobs: streamed to files, in bounded memory.
extension BlobRoutes {
  private static let blockListLimit = 8 << 20
  private static let mostBlocks = 50_000

  func putBlob(_ call: Call, _ body: RequestBody) async throws -> Response {
    guard let type = call.header("x-ms-blob-type") else { throw BlobRefusal.missing(header: "x-ms-blob-type") }
    guard type == "BlockBlob" else { throw BlobRefusal.header("x-ms-blob-type", type) }
    let conditions = try BlobConditions(call.header)
    try store.container(call.container)
    try conditions.write(store.blob(call.container, call.blob))
    var settings = try Self.settings(call, content: true)
    let file = store.newFile()
    let saved = try await save(call, body, to: store.folder.appendingPathComponent(file), limit: .put)
    if let wanted = settings.md5, wanted != saved.md5 {
      discard(store.folder.appendingPathComponent(file))
      throw Self.mismatch
    }
    settings.md5 = saved.md5
    let blob = try commit(.init(file: file, bytes: saved.bytes), settings, call, conditions)
    store.forgetBlocks(call.blob, in: call.container)
    return Self.created(blob, [("Content-MD5", saved.md5), ("x-ms-content-crc64", saved.crc)])
  }

  func putBlock(_ call: Call, _ body: RequestBody) async throws -> Response {
    guard let id = call.query["blockid"], let decoded = Data(base64Encoded: id), (1...64).contains(decoded.count) else {
      throw BlobRefusal(
        400, "InvalidBlockId", "The specified block ID is invalid. The block ID must be Base64-encoded.")
    }
    try store.container(call.container)
    let temporary = store.folder.appendingPathComponent(store.newFile())
    let saved = try await save(call, body, to: temporary, limit: .block)
    guard saved.bytes > 0 else {
      discard(temporary)
      throw BlobRefusal.header("Content-Length", "0")
    }
    do {
      try store.keep(block: id, from: temporary, call.blob, in: call.container)
    } catch {
      discard(temporary)
      throw error
    }
    // What was checked is told.
    let sum = call.header("Content-MD5") == nil ? ("x-ms-content-crc64", saved.crc) : ("Content-MD5", saved.md5)
    return Self.empty(201, [sum, ("x-ms-request-server-encrypted", "true")])
  }

  func putBlockList(_ call: Call, _ body: RequestBody) async throws -> Response {
    let data = Data(buffer: try await body.collect(upTo: Self.blockListLimit))
    var sums = Sums()
    sums.update(data)
    try Self.check(call, sums)
    guard let list = BlockListEntry.read(String(decoding: data, as: UTF8.self)) else {
      throw BlobRefusal(400, "InvalidXmlDocument", "The specified XML is not syntactically valid.")
    }
    guard list.count <= Self.mostBlocks else {
      throw BlobRefusal(400, "BlockListTooLong", "The block list may not contain more than 50,000 blocks.")
    }
    let conditions = try BlobConditions(call.header)
    try store.container(call.container)
    try conditions.write(store.blob(call.container, call.blob))
    let settings = try Self.settings(call, content: false)
    let blob = try commit(try store.join(list, call.blob, in: call.container), settings, call, conditions)
    store.forgetBlocks(call.blob, in: call.container)
    return Self.created(blob, [("x-ms-content-crc64", sums.crc.text)])
  }

  /// Set Blob Metadata, Properties and Tier.
  func change(_ call: Call) throws -> Response {
    let conditions = try BlobConditions(call.header)
    let settings = try Self.settings(call, content: false)
    if call.comp == "tier", call.said("x-ms-access-tier") == nil {
      throw BlobRefusal.missing(header: "x-ms-access-tier")
    }
    let blob = try store.change(call.container, call.blob, touches: call.comp != "tier") { blob in
      try conditions.write(blob)
      switch call.comp {
      case "metadata": blob.settings.metadata = settings.metadata
      case "tier": blob.settings.tier = settings.tier
      default:
        let (metadata, tier) = (blob.settings.metadata, blob.settings.tier)
        blob.settings = settings
        (blob.settings.metadata, blob.settings.tier) = (metadata, tier)
      }
    }
    return Self.empty(200, call.comp == "tier" ? [] : Self.identity(blob))
  }

  // MARK: What is said of the content

  /// - Parameter content: the request's own headers speak of the blob, where no others do.
  private static func settings(_ call: Call, content: Bool) throws -> BlobSettings {
    func said(_ own: String, _ plain: String) -> String? { call.said(own) ?? (content ? call.said(plain) : nil) }
    var settings = BlobSettings()
    settings.type = said("x-ms-blob-content-type", "Content-Type") ?? settings.type
    settings.encoding = said("x-ms-blob-content-encoding", "Content-Encoding")
    settings.language = said("x-ms-blob-content-language", "Content-Language")
    settings.disposition = call.said("x-ms-blob-content-disposition")
    settings.cacheControl = said("x-ms-blob-cache-control", "Cache-Control")
    settings.tier = call.said("x-ms-access-tier")
    settings.metadata = try metadata(call)
    if let md5 = call.said("x-ms-blob-content-md5") {
      guard Data(base64Encoded: md5)?.count == 16 else { throw invalidMD5 }
      settings.md5 = md5
    }
    return settings
  }

  private func commit(
    _ content: BlobStore.Content, _ settings: BlobSettings, _ call: Call, _ conditions: BlobConditions
  ) throws -> BlobRecord {
    do {
      return try store.commit(content, settings, as: call.blob, in: call.container, mayReplace: conditions.write)
    } catch {
      discard(store.folder.appendingPathComponent(content.file))
      throw error
    }
  }

  private func discard(_ file: URL) { try? FileManager.default.removeItem(at: file) }

  private static func created(_ blob: BlobRecord, _ headers: [(String, String)]) -> Response {
    empty(201, headers + identity(blob) + [("x-ms-request-server-encrypted", "true")])
  }

  // MARK: Bodies

  /// What one request may bring, by the version it speaks (contract.md 6.4).
  private enum SizeLimit {
    case put, block

    func bytes(_ version: String) -> Int64 {
      let isPut = self == .put
      return switch version {
      case "2019-12-12"...: (isPut ? 5000 : 4000) << 20
      case "2016-05-31"...: (isPut ? 256 : 100) << 20
      default: (isPut ? 64 : 4) << 20
      }
    }
  }

  private struct Sums {
    var md5 = Insecure.MD5()
    var crc = CRC64()
    var bytes: Int64 = 0

    mutating func update(_ data: Data) {
      md5.update(data: data)
      crc.update(data)
      bytes += Int64(data.count)
    }

    var md5Text: String { Data(md5.finalize()).base64EncodedString() }
  }

  private static let mismatch = BlobRefusal(
    400, "Md5Mismatch",
    "The MD5 value specified in the request did not match with the MD5 value calculated by the server.")
  private static let invalidMD5 = BlobRefusal(
    400, "InvalidMd5",
    "The MD5 value specified in the request is invalid. MD5 value must be 128 bits and base64 encoded.")

  /// Holds what was sent against what the client says of it.
  private static func check(_ call: Call, _ sums: Sums) throws {
    let (md5, crc) = (call.said("Content-MD5"), call.said("x-ms-content-crc64"))
    if md5 != nil, crc != nil {
      throw BlobRefusal(
        400, "BothCrc64AndMd5HeaderPresent", "Both x-ms-content-crc64 header and Content-MD5 header are present.")
    }
    if let md5 {
      guard Data(base64Encoded: md5)?.count == 16 else { throw invalidMD5 }
      guard md5 == sums.md5Text else { throw mismatch }
    }
    if let crc, crc != sums.crc.text {
      throw BlobRefusal(
        400, "Crc64Mismatch",
        "The CRC64 value specified in the request did not match with the CRC64 value calculated by the server.")
    }
  }

  /// Writes a body to a file.
  private func save(_ call: Call, _ body: RequestBody, to file: URL, limit: SizeLimit) async throws -> (
    bytes: Int64, md5: String, crc: String
  ) {
    guard let length = call.header("Content-Length").flatMap({ Int64($0) }) else {
      throw BlobRefusal(411, "MissingContentLengthHeader", "Content-Length HTTP header is missing.")
    }
    guard length <= limit.bytes(call.version) else {
      throw BlobRefusal.tooLarge(limit: limit.bytes(call.version))
    }
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let handle = try FileHandle(forWritingTo: file)
    var sums = Sums()
    do {
      defer { try? handle.close() }
      for try await chunk in body {
        let data = Data(buffer: chunk)
        sums.update(data)
        try handle.write(contentsOf: data)
      }
      try Self.check(call, sums)
    } catch {
      discard(file)
      throw error
    }
    return (sums.bytes, sums.md5Text, sums.crc.text)
  }
}
