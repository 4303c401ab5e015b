// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Bytes of a file, or of memory, one after the other, with a bounded part of them held.
final class ByteSource {
  private static let pieceSize = 1 << 18

  /// The next bytes; none at the end.
  private let next: () throws -> [UInt8]
  private var piece: [UInt8] = []
  private var position = 0
  /// Of what comes next, from 1.
  private(set) var line = 1

  init(_ file: URL) throws {
    let handle = try FileHandle(forReadingFrom: file)
    next = {
      do { return try handle.read(upToCount: ByteSource.pieceSize).map { Array($0) } ?? [] } catch {
        throw ImportProblem(.unreadable)
      }
    }
  }

  /// - Parameter next: gives one piece after the other, and none at the end.
  init(_ next: @escaping () throws -> [UInt8]) { self.next = next }

  init(_ bytes: [UInt8]) {
    next = { [] }
    piece = bytes
  }

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
  /// - Throws: `ImportProblem`, when `bytes` grow longer than the limit.
  func take(
    while isWanted: (UInt8) -> Bool, into bytes: inout [UInt8], limit: Int = JSONReader.lengthLimit
  ) throws {
    while try peek() != nil {
      let start = position
      while position < piece.count, piece[position] != UInt8(ascii: "\n"), isWanted(piece[position]) { position += 1 }
      bytes.append(contentsOf: piece[start..<position])
      guard bytes.count <= limit else { throw ImportProblem(.tooLong(JSONReader.lengthLimit), line: line) }
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
    let bytes = try next()
    guard !bytes.isEmpty else { return }
    (piece, position) = (bytes, 0)
  }
}
