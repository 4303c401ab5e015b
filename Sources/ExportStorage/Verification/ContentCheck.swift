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

  /// What the file is, once it is known to be what was announced.
  /// - Throws: `ContentProblem`.
  mutating func finish(_ announced: FetchedFile, named name: String) throws -> Artifact {
    if let told = announced.bytes, bytes != told {
      throw ContentProblem(message: "\(bytes) bytes came, and \(told) were announced")
    }
    if let told = announced.md5, Data(md5.finalize()).base64EncodedString() != told {
      throw ContentProblem(message: "its MD5 is not the one that was announced")
    }
    let digest = Digest(bytes: Array(sha256.finalize()))
    if let told = announced.sha256, digest != told {
      throw ContentProblem(message: "its SHA-256 is not the one that was announced")
    }
    try rowCheck.finish()
    if let told = announced.rows, rowCheck.rows != told {
      throw ContentProblem(message: "it has \(Count.words(rowCheck.rows, "row")), and \(told) were announced")
    }
    return Artifact(name: name, bytes: bytes, sha256: digest, rows: rowCheck.rows)
  }
}
