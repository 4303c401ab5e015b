// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One text that a person wrote, and how to find a line in it. Lines end as they do for YAML: at LF, CRLF, CR, NEL
/// and the two separators of Unicode.
public final class SourceFile: Sendable {
  /// The name as the person gave it: what diagnostics print.
  public let name: String
  public let bytes: [UInt8]
  /// Behind the byte order mark, when there is one: it is not part of the text.
  public let textStart: Int
  private let lineStarts: [Int]
  /// Made when a long line is looked into.
  private let table = Mutex<CodePoints?>(nil)
  /// What brings in text that is written elsewhere in the file; added while the file is read.
  private let uses = Mutex<[SourceUse]>([])

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    textStart = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    lineStarts = Self.lineStarts(bytes, from: textStart)
  }

  public convenience init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  private static func lineStarts(_ bytes: [UInt8], from start: Int) -> [Int] {
    var starts = [start]
    bytes.withUnsafeBufferPointer { bytes in
      for offset in 0..<bytes.count {
        switch bytes[offset] {
        case UInt8(ascii: "\n"): starts.append(offset + 1)
        case UInt8(ascii: "\r"):
          if offset + 1 == bytes.count || bytes[offset + 1] != UInt8(ascii: "\n") { starts.append(offset + 1) }
        case 0x85 where offset > 0 && bytes[offset - 1] == 0xC2: starts.append(offset + 1)
        case 0xA8, 0xA9:
          if offset > 1, bytes[offset - 1] == 0x80, bytes[offset - 2] == 0xE2 { starts.append(offset + 1) }
        default: continue
        }
      }
    }
    return starts
  }

  /// The text of line `number` (from 1) without its line end; empty when there is no such line.
  public func line(_ number: Int) -> String { String(decoding: bytes[range(ofLine: number)], as: UTF8.self) }

  /// Where line `number` stands among the bytes, without its line end; empty when there is no such line.
  func range(ofLine number: Int) -> Range<Int> {
    guard number >= 1, number <= lineStarts.count else { return 0..<0 }
    let start = lineStarts[number - 1]
    guard number < lineStarts.count else { return start..<bytes.count }
    var end = lineStarts[number] - 1
    switch bytes[end] {
    case UInt8(ascii: "\n") where end > start && bytes[end - 1] == UInt8(ascii: "\r"), 0x85: end -= 1
    case 0xA8, 0xA9: end -= 2
    default: break
    }
    return start..<end
  }

  var lineCount: Int { lineStarts.count }

  var codePoints: CodePoints {
    table.withLock { table in
      if let table { return table }
      let made = CodePoints(bytes)
      table = made
      return made
    }
  }

  /// The line and column (both from 1, columns in code points) of a byte offset.
  public func position(ofByte offset: Int) -> (line: Int, column: Int) {
    let bounded = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= bounded { low = middle } else { high = middle - 1 }
    }
    let text = String(decoding: bytes[lineStarts[low]..<max(bounded, lineStarts[low])], as: UTF8.self)
    return (low + 1, text.unicodeScalars.count + 1)
  }

  // MARK: Uses

  /// Keeps a use. Numbers begin at 1.
  func add(_ use: SourceUse) -> UInt32 {
    uses.withLock { uses in
      uses.append(use)
      return UInt32(uses.count)
    }
  }

  func use(_ number: UInt32) -> SourceUse? {
    number == 0 ? nil : uses.withLock { $0[Int(number) - 1] }
  }
}

/// A place in a source file: where something stands, and how many columns of its line it takes.
public struct SourcePlace: Sendable {
  public let file: SourceFile
  private let lineNumber: UInt32
  private let columnNumber: UInt32
  private let columns: UInt32
  /// The number of what brings it in from where it is written; 0: it is read where it is written.
  let use: UInt32

  /// From 1.
  public var line: Int { Int(lineNumber) }
  /// From 1, in code points, as libyaml counts them.
  public var column: Int { Int(columnNumber) }
  /// In code points; at least 1, and never past the end of the line when shown.
  public var length: Int { Int(columns) }

  public init(file: SourceFile, line: Int, column: Int, length: Int = 1) {
    self.file = file
    (lineNumber, columnNumber) = (UInt32(clamping: line), UInt32(clamping: column))
    (columns, use) = (UInt32(clamping: max(1, length)), 0)
  }

  /// The same place, brought in in another way.
  init(_ place: SourcePlace, use: UInt32) {
    (file, lineNumber, columnNumber) = (place.file, place.lineNumber, place.columnNumber)
    (columns, self.use) = (place.columns, use)
  }

  /// The same place, as one character.
  public var first: SourcePlace { SourcePlace(SourcePlace(file: file, line: line, column: column), use: use) }
}

/// Where something is written counts, not what brings it in.
extension SourcePlace: Hashable {
  public static func == (a: SourcePlace, b: SourcePlace) -> Bool {
    a.file === b.file && a.lineNumber == b.lineNumber && a.columnNumber == b.columnNumber && a.columns == b.columns
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(file))
    hasher.combine(lineNumber)
    hasher.combine(columnNumber)
  }
}

extension SourcePlace: CustomStringConvertible {
  public var description: String { "\(file.name):\(line):\(column)" }
}
