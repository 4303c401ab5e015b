// SPDX-License-Identifier: Apache-2.0
import enum Crypto.Insecure
import struct Crypto.SHA256
import ExportCore
import Foundation

/// Reads one artifact in one pass: rows, size, SHA-256 and MD5.
struct ContentCheck {
  private var rowCheck: any RowCheck
  private var sha256 = SHA256()
  private var md5 = Insecure.MD5()
  private var bytes: Int64 = 0

  init(_ expectation: Expectation) throws { rowCheck = try RowChecks.make(expectation) }

  mutating func take(_ chunk: [UInt8]) throws {
    sha256.update(data: chunk)
    md5.update(data: chunk)
    bytes += Int64(chunk.count)
    try rowCheck.take(chunk)
  }

  /// What the file is, once it is known to be what was listed.
  /// - Throws: `ContentProblem`.
  mutating func finish(_ blob: ListedBlob, named name: String) throws -> Artifact {
    guard bytes == blob.bytes else {
      throw ContentProblem(message: "\(bytes) bytes came, and \(blob.bytes) were listed")
    }
    if let listed = blob.md5, Data(md5.finalize()).base64EncodedString() != listed {
      throw ContentProblem(message: "its MD5 is not the one that was listed")
    }
    try rowCheck.finish()
    return Artifact(name: name, bytes: bytes, sha256: Digest(bytes: Array(sha256.finalize())), rows: rowCheck.rows)
  }
}
