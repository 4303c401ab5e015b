// SPDX-License-Identifier: Apache-2.0

/// A text that the report of a run completes: `{name}: {verdict}`. Braces around anything but a word are text, so that
/// JSON is written as it is.
public struct MessageTemplate: Sendable, Hashable {
  public enum Hole: String, Sendable, Hashable, CaseIterable {
    case verdict, name, run, outcome, program, started, ended, duration
    case due, verified, failed, abandoned, skipped, unfinished, rows, bytes, files
    case failures, resume, report

    /// It stands for a whole number.
    public var isNumber: Bool {
      switch self {
      case .due, .verified, .failed, .abandoned, .skipped, .unfinished, .rows, .bytes, .files: true
      default: false
      }
    }
  }

  /// A word in braces that stands for nothing.
  public struct UnknownHole: Error, Sendable, Equatable {
    public var name: String

    public init(name: String) { self.name = name }
  }

  enum Piece: Sendable, Hashable {
    case text(String)
    case hole(Hole)
  }

  public let text: String
  private let lines: [[Piece]]

  public init(_ text: String) throws(UnknownHole) {
    var lines: [[Piece]] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { lines.append(try Self.pieces(line)) }
    (self.text, self.lines) = (text, lines)
  }

  private static func pieces(_ line: Substring) throws(UnknownHole) -> [Piece] {
    var (pieces, rest): ([Piece], Substring) = ([], line)
    while let match = rest.firstMatch(of: #/\{([a-z_]+)\}/#) {
      let name = String(match.1)
      guard let hole = Hole(rawValue: name) else { throw UnknownHole(name: name) }
      if match.range.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<match.range.lowerBound]))) }
      pieces.append(.hole(hole))
      rest = rest[match.range.upperBound...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    return pieces
  }

  /// - Parameter leavesOut: a line whose holes are all empty is no line.
  public func filled(leavingOutEmptyLines leavesOut: Bool = false, _ value: (Hole) -> String) -> String {
    lines.compactMap { line in
      var (text, holes, isEmpty) = ("", 0, true)
      for piece in line {
        switch piece {
        case .text(let part): text += part
        case .hole(let hole):
          let part = value(hole)
          holes += 1
          if !part.isEmpty { isEmpty = false }
          text += part
        }
      }
      return leavesOut && holes > 0 && isEmpty ? nil : text
    }.joined(separator: "\n")
  }
}
