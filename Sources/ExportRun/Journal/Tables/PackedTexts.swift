// SPDX-License-Identifier: Apache-2.0

/// The texts of a run's events and requests in few bytes. What stands before a slash is kept once for all texts that begin
/// with it, and an id of the form `8-4-4-4-12` takes 16 bytes.
struct PackedTexts: Sendable {
  /// Stands for a text; `none` for no text.
  struct Name: Sendable, Equatable {
    fileprivate var place: UInt32

    static let none = Name(place: .max)
  }

  private static let blockLength = 1 << 18
  private static let blockShift: UInt32 = 18

  /// Pieces of texts, one behind the other. None spans two blocks; one that is longer than a block has one of its own.
  private var blocks: [[UInt8]] = []
  /// Places of pieces by what is in them, 0 free, else one more than the place: at most half of them are taken.
  private var slots = [UInt32](repeating: 0, count: 1024)
  private var known = 0

  init() {}

  mutating func add(_ text: String?) -> Name {
    guard var text else { return .none }
    return text.withUTF8 { add($0) }
  }

  /// Nothing is added any more.
  mutating func close() { slots = [] }

  // MARK: Adding

  private mutating func add(_ text: UnsafeBufferPointer<UInt8>) -> Name {
    if let id = PackedUUID(text) { return Name(place: append(Piece(parent: .max, isID: true), id.bytes)) }
    var (parent, start) = (UInt32.max, 0)
    repeat {
      let slash = text[start...].firstIndex(of: UInt8(ascii: "/"))
      let end = slash.map { $0 + 1 } ?? text.count
      let part = UnsafeBufferPointer(rebasing: text[start..<end])
      if let id = PackedUUID(part) {
        parent = find(Piece(parent: parent, isID: true), id.bytes)
      } else {
        parent = find(Piece(parent: parent, isID: false), part)
      }
      start = end
    } while start < text.count
    return Name(place: parent)
  }

  /// The piece that is there already, or a new one.
  private mutating func find(_ piece: Piece, _ content: some Collection<UInt8>) -> UInt32 {
    if known * 2 >= slots.count { grow() }
    let mask = slots.count - 1
    var slot = piece.hash(content) & mask
    while slots[slot] != 0 {
      let place = slots[slot] - 1
      let (other, range) = self.piece(at: place)
      if other == piece, blocks[Int(place >> Self.blockShift)][range].elementsEqual(content) { return place }
      slot = (slot + 1) & mask
    }
    let place = append(piece, content)
    slots[slot] = place + 1
    known += 1
    return place
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt32](repeating: 0, count: old.count * 2)
    let mask = slots.count - 1
    for taken in old where taken != 0 {
      let (piece, range) = piece(at: taken - 1)
      var slot = piece.hash(blocks[Int((taken - 1) >> Self.blockShift)][range]) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = taken
    }
  }

  // MARK: Pieces

  /// What stands before the bytes of a part of a text.
  private struct Piece: Equatable {
    /// The part before it; `.max`: it is the first.
    var parent: UInt32
    var isID: Bool

    func hash(_ content: some Collection<UInt8>) -> Int {
      var hash = (14_695_981_039_346_656_037 ^ UInt64(parent)) &* 1_099_511_628_211
      for byte in content { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
      return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
  }

  /// A length of up to 62 in a byte with whether it is an id, a longer one in four more; then the parent's place where there
  /// is one.
  private mutating func append(_ piece: Piece, _ content: some Collection<UInt8>) -> UInt32 {
    let length = content.count
    let room = length + 9
    if blocks.isEmpty || blocks[blocks.count - 1].count + room > Self.blockLength {
      blocks.append([])
      blocks[blocks.count - 1].reserveCapacity(max(Self.blockLength, room))
    }
    let last = blocks.count - 1
    precondition(last < 1 << (32 - Self.blockShift) - 1, "more texts than a run has")
    let place = UInt32(last) << Self.blockShift | UInt32(blocks[last].count)
    let hasParent = piece.parent != .max
    let head = UInt8(min(length, 63)) << 2 | (piece.isID ? 2 : 0) | (hasParent ? 1 : 0)
    blocks[last].append(head)
    if length >= 63 { withUnsafeBytes(of: UInt32(length).littleEndian) { blocks[last].append(contentsOf: $0) } }
    if hasParent { withUnsafeBytes(of: piece.parent.littleEndian) { blocks[last].append(contentsOf: $0) } }
    blocks[last].append(contentsOf: content)
    return place
  }

  /// The piece, and where its bytes are in its block.
  private func piece(at place: UInt32) -> (Piece, Range<Int>) {
    var start = Int(place & (1 << Self.blockShift - 1))
    return blocks[Int(place >> Self.blockShift)].withUnsafeBytes { bytes in
      func number() -> UInt32 {
        defer { start += 4 }
        return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
      }
      let head = bytes[start]
      start += 1
      let length = head >> 2 < 63 ? Int(head >> 2) : Int(number())
      let parent = head & 1 == 1 ? number() : .max
      return (Piece(parent: parent, isID: head & 2 == 2), start..<start + length)
    }
  }

  // MARK: Reading

  subscript(name: Name) -> String? {
    guard name != .none else { return nil }
    var (place, length) = (name.place, 0)
    // From the last part to the first: how long the text is, and then each part in its place.
    while place != .max {
      let (piece, range) = piece(at: place)
      length += piece.isID ? PackedUUID.length : range.count
      place = piece.parent
    }
    return String(unsafeUninitializedCapacity: length) { text in
      var (place, end) = (name.place, length)
      while place != .max {
        let (piece, range) = piece(at: place)
        blocks[Int(place >> Self.blockShift)].withUnsafeBufferPointer { bytes in
          let content = UnsafeBufferPointer(rebasing: bytes[range])
          end -= piece.isID ? PackedUUID.length : content.count
          if piece.isID {
            PackedUUID.write(content, to: text, at: end)
          } else {
            for (index, byte) in content.enumerated() { text[end + index] = byte }
          }
        }
        place = piece.parent
      }
      return length
    }
  }

  /// As `subscript`, of a name that stands for a text.
  func text(_ name: Name) -> String { self[name] ?? "" }
}
