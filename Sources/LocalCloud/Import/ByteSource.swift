// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Bytes of a file, or of memory, one after the other, with a bounded part of them held.
final class ByteSource {
  private static let pieceSize = 1 << 18

  private let handle: FileHandle?
  private var piece: [UInt8]
  private var position = 0
  /// Of what comes next, from 1.
  private(set) var line = 1

  init(_ file: URL) throws {
    handle = try FileHandle(forReadingFrom: file)
    piece = []
  }

  init(_ bytes: [UInt8]) { (handle, piece) = (nil, bytes) }

  deinit { try? handle?.close() }

  /// The next byte, which stays the next; `nil` at the end.
  func peek() throws -> UInt8? {
    if position == piece.count { try fill() }
    return position < piece.count ? piece[position] : nil
  }

  func take() throws -> UInt8? {
    guard let byte = try peek() else { return nil }
    position += 1
    if byte == UInt8(ascii: "\n") { line += 1 }
    return byte
  }

  /// Appends the next bytes as long as they are wanted, and takes them; line ends are never among them.
  func take(while isWanted: (UInt8) -> Bool, into bytes: inout [UInt8]) throws {
    while try peek() != nil {
      let start = position
      while position < piece.count, piece[position] != UInt8(ascii: "\n"), isWanted(piece[position]) { position += 1 }
      bytes.append(contentsOf: piece[start..<position])
      if position < piece.count { return }
    }
  }

  /// Takes what is held of the next bytes, whole; `nil` at the end.
  func takePiece() throws -> ArraySlice<UInt8>? {
    guard try peek() != nil else { return nil }
    defer { position = piece.count }
    return piece[position...]
  }

  /// Takes a mark of the byte order, which says nothing in UTF-8.
  func skipMark() throws {
    guard try peek() == 0xEF, piece.count - position >= 3, piece[position + 1] == 0xBB, piece[position + 2] == 0xBF
    else { return }
    position += 3
  }

  private func fill() throws {
    guard let handle else { return }
    let data: Data?
    do { data = try handle.read(upToCount: Self.pieceSize) } catch { throw ImportProblem(.unreadable) }
    guard let data, !data.isEmpty else { return }
    piece = Array(data)
    position = 0
  }
}
