// SPDX-License-Identifier: Apache-2.0

/// Takes JSON apart as its bytes arrive, in memory bounded by the deepest nesting and the longest string.
///
/// Feed it chunks with `scan`, then call `finish`. It reads any number of values one after another,
/// with white space between, so it reads newline-delimited JSON as well; `depth == 0` tells where one ends.
public struct JSONTokenizer: Sendable {
  public static let depthLimit = 200
  /// 16 MiB: no export row holds a longer string.
  public static let stringLimit = 16 << 20
  /// No number of an export is longer.
  static let bareLimit = 64

  /// What is told of each mark: of keys, strings and numbers with their bytes, which are gone when it returns.
  public typealias Sight = (JSONMark, UnsafeBufferPointer<UInt8>) throws -> Void

  enum Expect { case value, valueOrEnd, keyOrEnd, key, colon, commaOrEnd }
  enum Lexeme { case none, key, string, number, word }

  private var containers: [Bool] = []  // true: object
  private var expect: Expect = .value
  var lexeme: Lexeme = .none
  /// What came of the present string or number in earlier chunks, or before an escape.
  var text: [UInt8] = []
  var isEscaping = false
  var hexLeft = 0
  var hexValue: UInt32 = 0
  var highSurrogate: UInt32?
  var needsUTF8Check = false
  /// Bytes taken so far, without those of the present chunk.
  public private(set) var offset = 0

  public init() {}

  /// How many objects and arrays are open.
  public var depth: Int { containers.count }

  /// - Throws: `JSONSyntaxError`, and what `see` throws; nothing more can be read after either.
  public mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ see: Sight) throws {
    var index = 0
    while index < bytes.count {
      switch lexeme {
      case .key, .string: index = try string(bytes, index, see)
      case .number, .word: index = try bare(bytes, index, see)
      case .none: index = try structure(bytes, index, see)
      }
    }
    offset += bytes.count
  }

  /// The same of bytes that may lie anywhere.
  public mutating func scan(_ chunk: some Sequence<UInt8>, _ see: Sight) throws {
    let isDone: Void? = try chunk.withContiguousStorageIfAvailable { try scan($0, see) }
    if isDone == nil { try Array(chunk).withUnsafeBufferPointer { try scan($0, see) } }
  }

  /// Ends the text. Throws `unfinished` when a value is still open.
  public mutating func finish(_ see: Sight) throws {
    if lexeme == .number || lexeme == .word { try endBare(Self.nothing, 0, see) }
    if lexeme != .none || depth > 0 || expect != .value { throw error(.unfinished, 0) }
  }

  static var nothing: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }

  /// - Parameter index: in the present chunk.
  func error(_ problem: JSONSyntaxError.Problem, _ index: Int) -> JSONSyntaxError {
    JSONSyntaxError(problem: problem, offset: offset + index)
  }

  // MARK: Structure

  /// Walks to the first byte of a string, number or word.
  private mutating func structure(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ see: Sight) throws -> Int {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x20, 0x0A, 0x0D, 0x09: break
      case UInt8(ascii: "\""):
        switch expect {
        case .key, .keyOrEnd: lexeme = .key
        case .value, .valueOrEnd: lexeme = .string
        default: throw error(.unexpected(byte), index)
        }
        if !text.isEmpty { text.removeAll(keepingCapacity: true) }
        needsUTF8Check = false
        return index + 1
      case UInt8(ascii: ","):
        guard expect == .commaOrEnd, let isObject = containers.last else { throw error(.unexpected(byte), index) }
        expect = isObject ? .key : .value
      case UInt8(ascii: ":"):
        guard expect == .colon else { throw error(.unexpected(byte), index) }
        expect = .value
      case UInt8(ascii: "{"): try open(isObject: true, byte, index, see)
      case UInt8(ascii: "["): try open(isObject: false, byte, index, see)
      case UInt8(ascii: "}"): try close(isObject: true, byte, index, see)
      case UInt8(ascii: "]"): try close(isObject: false, byte, index, see)
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"),
        UInt8(ascii: "n"):
        guard expect == .value || expect == .valueOrEnd else { throw error(.unexpected(byte), index) }
        lexeme = byte < UInt8(ascii: "a") ? .number : .word
        if !text.isEmpty { text.removeAll(keepingCapacity: true) }
        return index
      default: throw error(.unexpected(byte), index)
      }
      index += 1
    }
    return index
  }

  private mutating func open(isObject: Bool, _ byte: UInt8, _ index: Int, _ see: Sight) throws {
    guard expect == .value || expect == .valueOrEnd else { throw error(.unexpected(byte), index) }
    guard containers.count < Self.depthLimit else { throw error(.tooDeep(limit: Self.depthLimit), index) }
    containers.append(isObject)
    expect = isObject ? .keyOrEnd : .valueOrEnd
    try see(isObject ? .beginObject : .beginArray, Self.nothing)
  }

  private mutating func close(isObject: Bool, _ byte: UInt8, _ index: Int, _ see: Sight) throws {
    let atStart: Expect = isObject ? .keyOrEnd : .valueOrEnd
    guard containers.last == isObject, expect == .commaOrEnd || expect == atStart else {
      throw error(.unexpected(byte), index)
    }
    containers.removeLast()
    valueEnded()
    try see(isObject ? .endObject : .endArray, Self.nothing)
  }

  /// A key, or a value that is no container, is whole.
  mutating func ended() {
    if lexeme == .key { expect = .colon } else { valueEnded() }
    lexeme = .none
  }

  private mutating func valueEnded() { expect = containers.isEmpty ? .value : .commaOrEnd }
}
