// SPDX-License-Identifier: Apache-2.0
import CZLib

/// Takes gzip apart as its bytes arrive: one member or several, one behind the other. Holds 64 KiB of what comes out,
/// however much that is.
final class GzipReader {
  static let magic: [UInt8] = [0x1F, 0x8B]
  private static let pieceSize = 64 << 10
  /// gzip and nothing else, with the largest window.
  private static let windowBits: Int32 = 15 + 16

  /// In one place always: zlib keeps its address.
  private let stream: UnsafeMutablePointer<z_stream>
  private let output: UnsafeMutableBufferPointer<UInt8>
  private var isInside = false
  private var members = 0
  /// Of compressed bytes.
  private var offset = 0

  /// - Throws: `ContentProblem` when there is no memory for it.
  init() throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    output = .allocate(capacity: Self.pieceSize)
    let status = inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw ContentProblem(message: "gzip cannot be read here: zlib says \(status)") }
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
    output.deallocate()
  }

  /// - Throws: `ContentProblem`, and what `pass` throws.
  func take(_ chunk: UnsafeBufferPointer<UInt8>, _ pass: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    guard let base = chunk.baseAddress, !chunk.isEmpty else { return }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: base)
    stream.pointee.avail_in = UInt32(chunk.count)
    defer { offset += chunk.count }
    repeat {
      if !isInside { try begin(chunk) }
      try inflate(chunk, pass)
      // A full piece may have more behind it that needs no more input.
    } while stream.pointee.avail_in > 0 || (isInside && stream.pointee.avail_out == 0)
  }

  /// Nothing comes any more.
  /// - Throws: `ContentProblem` when it was cut.
  func finish() throws {
    guard !isInside else {
      throw ContentProblem(message: "the file is cut off: gzip ends in the middle at byte \(offset)")
    }
  }

  private func begin(_ chunk: UnsafeBufferPointer<UInt8>) throws {
    let place = chunk.count - Int(stream.pointee.avail_in)
    if members > 0, chunk[place] != Self.magic[0] { throw stranger(at: offset + place) }
    inflateReset(stream)
    isInside = true
  }

  private func inflate(
    _ chunk: UnsafeBufferPointer<UInt8>, _ pass: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    stream.pointee.next_out = output.baseAddress
    stream.pointee.avail_out = UInt32(output.count)
    let status = CZLib.inflate(stream, Z_NO_FLUSH)
    let count = output.count - Int(stream.pointee.avail_out)
    if count > 0 { try pass(UnsafeBufferPointer(rebasing: output[..<count])) }
    switch status {
    case Z_OK, Z_BUF_ERROR: return
    case Z_STREAM_END: (isInside, members) = (false, members + 1)
    default:
      let place = offset + chunk.count - Int(stream.pointee.avail_in)
      if members > 0, stream.pointee.total_out == 0 { throw stranger(at: place) }
      let reason = stream.pointee.msg.map { ": \(String(cString: $0))" } ?? ""
      throw ContentProblem(message: "the file's gzip is damaged before byte \(place)\(reason)")
    }
  }

  private func stranger(at place: Int) -> ContentProblem {
    ContentProblem(message: "the file is gzip up to byte \(place), and what follows is not")
  }
}
