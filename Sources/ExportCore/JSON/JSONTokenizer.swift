// SPDX-License-Identifier: Apache-2.0

/// What a JSON text is made of. String and number bytes are given decoded, without quotes.
public enum JSONToken: Sendable, Equatable {
  case beginObject, endObject, beginArray, endArray
  case key([UInt8])
  case string([UInt8])
  case number([UInt8])
  case bool(Bool)
  case null
}

/// Why a text is not JSON, and at which byte of it.
public struct JSONSyntaxError: Error, Sendable, Equatable {
  public enum Problem: Sendable, Equatable {
    case unexpected(UInt8), unfinished, badEscape, badNumber, badUTF8, tooDeep(limit: Int), tooLong(limit: Int)
  }
  public var problem: Problem
  public var offset: Int
}

/// Takes JSON apart as its bytes arrive, in memory bounded by the deepest nesting and the longest string.
///
/// Feed it chunks with `consume`, then call `finish`. It reads any number of values one after another,
/// with white space between, so it reads newline-delimited JSON as well; `depth == 0` tells where one ends.
public struct JSONTokenizer: Sendable {
  public static let depthLimit = 200
  /// 16 MiB: no export row holds a longer string.
  public static let stringLimit = 16 << 20

  private enum Expect { case value, valueOrEnd, keyOrEnd, key, colon, commaOrEnd }
  private enum Lexeme { case none, string(isKey: Bool), number, word }

  private var containers: [Bool] = []  // true: object
  private var expect: Expect = .value
  private var lexeme: Lexeme = .none
  private var text: [UInt8] = []
  private var escaping = false
  private var hexLeft = 0
  private var hexValue: UInt32 = 0
  private var highSurrogate: UInt32?
  private var needsUTF8Check = false
  /// Bytes taken so far.
  public private(set) var offset = 0

  public init() {}

  /// How many objects and arrays are open.
  public var depth: Int { containers.count }

  public mutating func consume(
    _ chunk: some Sequence<UInt8>, _ emit: (JSONToken) throws -> Void
  ) throws {
    // Bytes that lie together are walked over without asking the sequence for each.
    let isDone: Void? = try chunk.withContiguousStorageIfAvailable { try walk($0, emit) }
    if isDone == nil { try walk(Array(chunk), emit) }
  }

  private mutating func walk(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (JSONToken) throws -> Void) throws {
    for byte in bytes {
      try take(byte, emit)
      offset += 1
    }
  }

  private mutating func walk(_ bytes: [UInt8], _ emit: (JSONToken) throws -> Void) throws {
    try bytes.withUnsafeBufferPointer { try walk($0, emit) }
  }

  /// Ends the text. Throws `unfinished` when a value is still open.
  public mutating func finish(_ emit: (JSONToken) throws -> Void) throws {
    try endBareLexeme(emit)
    if case .string = lexeme { throw error(.unfinished) }
    if depth > 0 || expect != .value { throw error(.unfinished) }
  }

  private func error(_ problem: JSONSyntaxError.Problem) -> JSONSyntaxError {
    JSONSyntaxError(problem: problem, offset: offset)
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8, _ emit: (JSONToken) throws -> Void) throws {
    switch lexeme {
    case .string(let isKey):
      try takeInString(byte, isKey: isKey, emit)
    case .number, .word:
      if Self.belongsToBareLexeme(byte) {
        guard text.count < 64 else { throw error(.badNumber) }
        text.append(byte)
      } else {
        try endBareLexeme(emit)
        try takeStructure(byte, emit)
      }
    case .none:
      try takeStructure(byte, emit)
    }
  }

  private static func belongsToBareLexeme(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  // MARK: Structure

  private mutating func takeStructure(_ byte: UInt8, _ emit: (JSONToken) throws -> Void) throws {
    switch byte {
    case 0x20, 0x0A, 0x0D, 0x09: return
    case UInt8(ascii: "{"): try open(isObject: true, byte, emit)
    case UInt8(ascii: "["): try open(isObject: false, byte, emit)
    case UInt8(ascii: "}"): try close(isObject: true, byte, emit)
    case UInt8(ascii: "]"): try close(isObject: false, byte, emit)
    case UInt8(ascii: ","):
      guard expect == .commaOrEnd, let isObject = containers.last else { throw error(.unexpected(byte)) }
      expect = isObject ? .key : .value
    case UInt8(ascii: ":"):
      guard expect == .colon else { throw error(.unexpected(byte)) }
      expect = .value
    case UInt8(ascii: "\""):
      switch expect {
      case .key, .keyOrEnd: lexeme = .string(isKey: true)
      case .value, .valueOrEnd: lexeme = .string(isKey: false)
      default: throw error(.unexpected(byte))
      }
      text.removeAll(keepingCapacity: true)
      needsUTF8Check = false
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try beginBare(.number, byte)
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): try beginBare(.word, byte)
    default: throw error(.unexpected(byte))
    }
  }

  private mutating func open(isObject: Bool, _ byte: UInt8, _ emit: (JSONToken) throws -> Void) throws {
    guard expect == .value || expect == .valueOrEnd else { throw error(.unexpected(byte)) }
    guard containers.count < Self.depthLimit else { throw error(.tooDeep(limit: Self.depthLimit)) }
    containers.append(isObject)
    expect = isObject ? .keyOrEnd : .valueOrEnd
    try emit(isObject ? .beginObject : .beginArray)
  }

  private mutating func close(isObject: Bool, _ byte: UInt8, _ emit: (JSONToken) throws -> Void) throws {
    let atStart: Expect = isObject ? .keyOrEnd : .valueOrEnd
    guard containers.last == isObject, expect == .commaOrEnd || expect == atStart else {
      throw error(.unexpected(byte))
    }
    containers.removeLast()
    valueEnded()
    try emit(isObject ? .endObject : .endArray)
  }

  private mutating func valueEnded() {
    expect = containers.isEmpty ? .value : .commaOrEnd
  }

  // MARK: Numbers and words

  private mutating func beginBare(_ kind: Lexeme, _ byte: UInt8) throws {
    guard expect == .value || expect == .valueOrEnd else { throw error(.unexpected(byte)) }
    lexeme = kind
    text.removeAll(keepingCapacity: true)
    text.append(byte)
  }

  private mutating func endBareLexeme(_ emit: (JSONToken) throws -> Void) throws {
    switch lexeme {
    case .number:
      guard Self.isNumber(text) else { throw error(.badNumber) }
      lexeme = .none
      valueEnded()
      try emit(.number(text))
    case .word:
      lexeme = .none
      valueEnded()
      switch text {
      case Array("true".utf8): try emit(.bool(true))
      case Array("false".utf8): try emit(.bool(false))
      case Array("null".utf8): try emit(.null)
      default: throw error(.unexpected(text[0]))
      }
    case .none, .string: return
    }
  }

  /// The grammar of RFC 8259 section 6.
  private static func isNumber(_ text: [UInt8]) -> Bool {
    var rest = text[...]
    func digits() -> Int {
      let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest.dropFirst(run.count)
      return run.count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let leadingZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !(leadingZero && whole > 1) else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  // MARK: Strings

  private mutating func takeInString(_ byte: UInt8, isKey: Bool, _ emit: (JSONToken) throws -> Void) throws {
    if hexLeft > 0 { return try takeHex(byte) }
    if escaping { return try takeEscape(byte) }
    switch byte {
    case UInt8(ascii: "\""):
      guard highSurrogate == nil else { throw error(.badEscape) }
      if needsUTF8Check, String(validating: text, as: UTF8.self) == nil { throw error(.badUTF8) }
      lexeme = .none
      if isKey { expect = .colon } else { valueEnded() }
      try emit(isKey ? .key(text) : .string(text))
    case UInt8(ascii: "\\"): escaping = true
    case 0..<0x20: throw error(.unexpected(byte))
    default:
      guard highSurrogate == nil else { throw error(.badEscape) }
      guard text.count < Self.stringLimit else { throw error(.tooLong(limit: Self.stringLimit)) }
      if byte >= 0x80 { needsUTF8Check = true }
      text.append(byte)
    }
  }

  private mutating func takeEscape(_ byte: UInt8) throws {
    escaping = false
    if byte == UInt8(ascii: "u") {
      hexLeft = 4
      hexValue = 0
      return
    }
    guard highSurrogate == nil else { throw error(.badEscape) }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    default: throw error(.badEscape)
    }
  }

  private mutating func takeHex(_ byte: UInt8) throws {
    guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw error(.badEscape) }
    hexValue = hexValue << 4 | UInt32(digit)
    hexLeft -= 1
    guard hexLeft == 0 else { return }
    if let high = highSurrogate {
      guard (0xDC00...0xDFFF).contains(hexValue) else { throw error(.badEscape) }
      highSurrogate = nil
      try append(scalar: 0x10000 + (high - 0xD800) << 10 + (hexValue - 0xDC00))
    } else if (0xD800...0xDBFF).contains(hexValue) {
      highSurrogate = hexValue
    } else {
      try append(scalar: hexValue)
    }
  }

  private mutating func append(scalar value: UInt32) throws {
    guard let scalar = Unicode.Scalar(value) else { throw error(.badEscape) }
    text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }
}
