// SPDX-License-Identifier: Apache-2.0
import enum Crypto.Insecure
import ExportCore
import ExportHTTP
import Foundation

// Blobs that we write ourselves (contract.md 6.4). A name shows the whole content or what was there before, never a part.
extension BlobContainer {
  /// Writes a small blob.
  /// - Throws: `StoreError`.
  func put(_ name: String, _ bytes: [UInt8]) async throws {
    try await write(
      name, query: [], [("x-ms-blob-type", "BlockBlob"), ("Content-MD5", Self.md5(bytes))], bytes)
  }

  /// Brings one block of a blob; nobody sees it before the list is written.
  /// - Throws: `StoreError`.
  func putBlock(_ index: Int, of name: String, _ bytes: [UInt8]) async throws {
    try await write(
      name, query: [("comp", "block"), ("blockid", Self.blockID(index))], [("Content-MD5", Self.md5(bytes))], bytes)
  }

  /// Makes the blob of its blocks.
  /// - Parameter md5: of the whole, which listings show.
  /// - Throws: `StoreError`.
  func putBlockList(_ count: Int, of name: String, md5: String) async throws {
    let blocks = (0..<count).map { "<Latest>\(Self.blockID($0))</Latest>" }.joined()
    let list = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>\(blocks)</BlockList>"
    try await write(name, query: [("comp", "blocklist")], [("x-ms-blob-content-md5", md5)], Array(list.utf8))
  }

  private func write(
    _ name: String, query: [(name: String, value: String)], _ headers: [(name: String, value: String)],
    _ bytes: [UInt8]
  ) async throws {
    let answer = try await send(
      "PUT", path: "/" + Self.encoded(name), query: query, headers: headers, body: bytes)
    guard answer.head.status == 201 else { throw refusal(answer) }
  }

  /// All of one length, as a blob's blocks must have.
  private static func blockID(_ index: Int) -> String {
    let number = String(index)
    let text = "block-" + String(repeating: "0", count: max(0, 8 - number.count)) + number
    return Data(text.utf8).base64EncodedString()
  }

  private static func md5(_ bytes: [UInt8]) -> String {
    Data(Insecure.MD5.hash(data: bytes)).base64EncodedString()
  }
}

/// One blob that is being written block by block, in the memory of one block.
struct BlobUpload {
  static let blockSize = 4 << 20
  /// That one blob may have.
  static let blockLimit = 50_000

  let name: String
  private let container: BlobContainer
  private var buffer: [UInt8] = []
  private var count = 0
  private var md5 = Insecure.MD5()

  init(_ name: String, to container: BlobContainer) { (self.name, self.container) = (name, container) }

  mutating func take(_ chunk: [UInt8]) async throws {
    md5.update(data: chunk)
    buffer += chunk
    while buffer.count >= Self.blockSize {
      try await send(Array(buffer.prefix(Self.blockSize)))
      buffer.removeFirst(Self.blockSize)
    }
  }

  /// Nothing more comes.
  mutating func finish() async throws {
    if !buffer.isEmpty { try await send(buffer) }
    buffer = []
  }

  /// Lets the blob stand under its name.
  func commit() async throws {
    try await container.putBlockList(count, of: name, md5: Data(md5.finalize()).base64EncodedString())
  }

  private mutating func send(_ block: [UInt8]) async throws {
    guard count < Self.blockLimit else {
      throw StoreError.never("'\(name)' is larger than \(Self.blockLimit) blocks of \(Self.blockSize >> 20) MiB")
    }
    try await container.putBlock(count, of: name, block)
    count += 1
  }
}
