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
    if let id = PackedUUID(text) {
      // Ids are seldom told twice: they are not looked for.
      return Name(place: id.withBytes { append(Piece(parent: .max, isID: true), $0) })
    }
    var (parent, start) = (UInt32.max, 0)
    repeat {
      let slash = text[start...].firstIndex(of: UInt8(ascii: "/"))
      let end = slash.map { $0 + 1 } ?? text.count
      let part = UnsafeBufferPointer(rebasing: text[start..<end])
      if let id = PackedUUID(part) {
        parent = id.withBytes { find(Piece(parent: parent, isID: true), $0) }
      } else {
        parent = find(Piece(parent: parent, isID: false), part)
      }
      start = end
    } while start < text.count
    return Name(place: parent)
  }

  /// The piece that is there already, or a new one.
  private mutating func find(_ piece: Piece, _ content: UnsafeBufferPointer<UInt8>) -> UInt32 {
    if known * 2 >= slots.count { grow() }
    let mask = slots.count - 1
    var slot = piece.hash(content) & mask
    while slots[slot] != 0 {
      let place = slots[slot] - 1
      if self.piece(at: place, { $0 == piece && Self.isEqual($1, content) }) { return place }
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
      var slot = piece(at: taken - 1) { $0.hash($1) } & mask
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

    /// All bits of the texts matter to all bits of the hash: many texts differ in their last digits alone.
    func hash(_ content: UnsafeBufferPointer<UInt8>) -> Int {
      var hash = UInt64(parent) ^ UInt64(content.count) << 32
      func mix(_ bits: UInt64) {
        let product = (hash ^ bits).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        hash = product.high ^ product.low
      }
      let raw = UnsafeRawBufferPointer(content)
      var place = 0
      while place + 8 <= raw.count {
        mix(raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        place += 8
      }
      while place < raw.count {
        mix(UInt64(raw[place]))
        place += 1
      }
      mix(hash >> 32)
      return Int(truncatingIfNeeded: hash)
    }
  }

  private static func isEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a[index] != b[index] { return false }
    return true
  }

  /// A length of up to 62 in a byte with whether it is an id, a longer one in four more; then the parent's place where there
  /// is one.
  private mutating func append(_ piece: Piece, _ content: UnsafeBufferPointer<UInt8>) -> UInt32 {
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

  /// Lends the piece, and its bytes.
  private func piece<Result>(at place: UInt32, _ body: (Piece, UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    var start = Int(place & (1 << Self.blockShift - 1))
    return blocks[Int(place >> Self.blockShift)].withUnsafeBufferPointer { block in
      let raw = UnsafeRawBufferPointer(block)
      func number() -> UInt32 {
        defer { start += 4 }
        return UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: UInt32.self))
      }
      let head = block[start]
      start += 1
      let length = head >> 2 < 63 ? Int(head >> 2) : Int(number())
      let parent = head & 1 == 1 ? number() : .max
      return body(
        Piece(parent: parent, isID: head & 2 == 2), UnsafeBufferPointer(rebasing: block[start..<start + length]))
    }
  }

  // MARK: Reading

  subscript(name: Name) -> String? {
    guard name != .none else { return nil }
    var (place, length) = (name.place, 0)
    // From the last part to the first: how long the text is, and then each part in its place.
    while place != .max {
      piece(at: place) { piece, content in
        length += piece.isID ? PackedUUID.length : content.count
        place = piece.parent
      }
    }
    return String(unsafeUninitializedCapacity: length) { text in
      var (place, end) = (name.place, length)
      while place != .max {
        piece(at: place) { piece, content in
          end -= piece.isID ? PackedUUID.length : content.count
          if piece.isID {
            PackedUUID(bytes: content).write(to: text, at: end)
          } else {
            for index in 0..<content.count { text[end + index] = content[index] }
          }
          place = piece.parent
        }
      }
      return length
    }
  }

  /// As `subscript`, of a name that stands for a text.
  func text(_ name: Name) -> String { self[name] ?? "" }
}
