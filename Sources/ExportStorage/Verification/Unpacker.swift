// SPDX-License-Identifier: Apache-2.0

/// Gives the bytes of a file as they were before gzip, when its first bytes say that it is that; else as they are.
struct Unpacker {
  private enum Form {
    /// Too few bytes have come to tell.
    case unknown([UInt8])
    case plain
    case gzip(GzipReader)
  }

  private var form = Form.unknown([])

  /// What came so far begins as gzip does.
  var isGzip: Bool { if case .gzip = form { true } else { false } }

  /// Enough came to tell that.
  var isTold: Bool { if case .unknown = form { false } else { true } }

  /// - Throws: `ContentProblem`, and what `pass` throws.
  mutating func take(
    _ chunk: UnsafeBufferPointer<UInt8>, _ pass: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    switch form {
    case .plain: try pass(chunk)
    case .gzip(let reader): try reader.take(chunk, pass)
    case .unknown(let first):
      let start = first + Array(chunk.prefix(GzipReader.magic.count - first.count))
      if start.count < GzipReader.magic.count, start == Array(GzipReader.magic.prefix(start.count)) {
        form = .unknown(start)
        return
      }
      form = start == GzipReader.magic ? .gzip(try GzipReader()) : .plain
      if !first.isEmpty { try first.withUnsafeBufferPointer { try take($0, pass) } }
      try take(chunk, pass)
    }
  }

  /// Nothing comes any more.
  /// - Throws: `ContentProblem` when gzip was cut, and what `pass` throws.
  mutating func finish(_ pass: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    switch form {
    case .plain: return
    case .gzip(let reader): try reader.finish()
    case .unknown(let first):
      form = .plain
      try first.withUnsafeBufferPointer(pass)
    }
  }
}
