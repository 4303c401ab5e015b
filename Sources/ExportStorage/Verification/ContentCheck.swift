// SPDX-License-Identifier: Apache-2.0
import enum Crypto.Insecure
import struct Crypto.SHA256
import ExportCore
import Foundation

/// Reads one artifact in one pass: rows, size and checksums of its bytes as they are stored, rows of what they are when
/// gzip is undone.
struct ContentCheck {
  private let announced: FetchedFile
  private var rowCheck: any RowCheck
  private var unpacker = Unpacker()
  private var mark = ByteOrderMark()
  private var sha256 = SHA256()
  private var md5: Insecure.MD5?
  private var crc64: CRC64?
  private(set) var bytes: Int64 = 0

  /// - Parameter twins: of the job, for all its files.
  init(_ announced: FetchedFile, _ expectation: Expectation, twins: TwinWatch? = nil) throws {
    self.announced = announced
    rowCheck = try RowChecks.make(expectation, twins: twins)
    md5 = announced.md5 == nil ? nil : Insecure.MD5()
    crc64 = announced.crc64 == nil ? nil : CRC64()
  }

  /// What came so far begins as gzip does.
  var isGzip: Bool { unpacker.isGzip }

  /// Enough came to tell that.
  var isTold: Bool { unpacker.isTold }

  mutating func take(_ chunk: [UInt8]) throws {
    sha256.update(data: chunk)
    md5?.update(data: chunk)
    bytes += Int64(chunk.count)
    try chunk.withUnsafeBufferPointer { chunk in
      crc64?.update(chunk)
      try unpacker.take(chunk) { try mark.take($0) { try rowCheck.take($0) } }
    }
  }

  /// What the file is, once it is known to be what was announced.
  /// - Throws: `ContentProblem`.
  mutating func finish(named name: String) throws -> Artifact {
    if let told = announced.bytes, bytes != told {
      throw ContentProblem(message: "\(bytes) bytes came, and \(told) were announced")
    }
    if let md5, Data(md5.finalize()).base64EncodedString() != announced.md5 {
      throw ContentProblem(message: "its MD5 is not the one that was announced")
    }
    if let crc64, crc64.text != announced.crc64 {
      throw ContentProblem(message: "its CRC-64 is not the one that was announced")
    }
    let digest = Digest(bytes: Array(sha256.finalize()))
    if let told = announced.sha256, digest != told {
      throw ContentProblem(message: "its SHA-256 is not the one that was announced")
    }
    try finishForm()
    try rowCheck.finish()
    if let told = announced.rows, rowCheck.rows != told {
      throw ContentProblem(message: "it has \(Count.words(rowCheck.rows, "row")), and \(told) were announced")
    }
    return Artifact(name: name, bytes: bytes, sha256: digest, rows: rowCheck.rows)
  }

  private mutating func finishForm() throws {
    try unpacker.finish { try mark.take($0) { try rowCheck.take($0) } }
    try mark.finish { try rowCheck.take($0) }
    if !unpacker.isGzip, announced.isSaidToBeGzip, bytes > 0 {
      throw ContentProblem(message: "it is said to be gzip, by its name or its encoding, and is not")
    }
  }
}

extension FetchedFile {
  var isSaidToBeGzip: Bool { isGzip || name?.lowercased().hasSuffix(".gz") ?? false }
}
