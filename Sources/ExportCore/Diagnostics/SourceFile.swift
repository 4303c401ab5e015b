// SPDX-License-Identifier: Apache-2.0

/// One text that a person wrote, and how to find a line in it.
public final class SourceFile: Sendable {
  /// The name as the person gave it: what diagnostics print.
  public let name: String
  public let bytes: [UInt8]
  /// Behind the byte order mark, when there is one: it is not part of the text.
  public let textStart: Int
  private let lineStarts: [Int]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    textStart = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var starts = [textStart]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  public convenience init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The text of line `number` (from 1) without its line end; empty when there is no such line.
  public func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
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
}

/// A place in a source file: where something stands, and how many columns of its line it takes.
public struct SourcePlace: Sendable {
  public let file: SourceFile
  /// From 1.
  public let line: Int
  /// From 1, in code points, as libyaml counts them.
  public let column: Int
  /// In code points; at least 1, and never past the end of the line when shown.
  public let length: Int

  public init(file: SourceFile, line: Int, column: Int, length: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(1, length)
  }
}

extension SourcePlace: Hashable {
  public static func == (a: SourcePlace, b: SourcePlace) -> Bool {
    a.file === b.file && a.line == b.line && a.column == b.column && a.length == b.length
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(file))
    hasher.combine(line)
    hasher.combine(column)
  }
}

extension SourcePlace: CustomStringConvertible {
  public var description: String { "\(file.name):\(line):\(column)" }
}
