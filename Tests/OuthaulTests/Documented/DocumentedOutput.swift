// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a page says that a program prints, held against what it printed.
struct DocumentedOutput {
  let shown: String

  /// Times, names of runs, digests and how long it took do not count; `…` stands for anything on its line, and alone on a
  /// line for any lines.
  func fits(_ printed: String) -> Bool {
    Self.fits(Self.lines(shown)[...], Self.lines(printed)[...])
  }

  private static func lines(_ text: String) -> [String] {
    var lines = plain(text).components(separatedBy: "\n")
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  static func plain(_ text: String) -> String {
    text.replacing(#/[0-9]{8}T[0-9]{6}Z-[0-9a-f]+/#, with: "RUN")
      .replacing(#/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z/#, with: "TIME")
      .replacing(#/sha256:[0-9a-f]{64}/#, with: "sha256:DIGEST")
      .replacing(#/ in [0-9.]+ (ms|s|min [0-9]+ s|min)\b/#, with: " in DURATION")
  }

  private static func fits(_ shown: ArraySlice<String>, _ printed: ArraySlice<String>) -> Bool {
    guard let first = shown.first else { return printed.isEmpty }
    if first.trimmingCharacters(in: .whitespaces) == "…" {
      return (printed.startIndex...printed.endIndex).contains { fits(shown.dropFirst(), printed[$0...]) }
    }
    guard let line = printed.first, fitsLine(first, line) else { return false }
    return fits(shown.dropFirst(), printed.dropFirst())
  }

  private static func fitsLine(_ shown: String, _ printed: String) -> Bool {
    let pieces = shown.components(separatedBy: "…")
    guard pieces.count > 1 else { return shown == printed }
    guard printed.hasPrefix(pieces[0]) else { return false }
    var rest = printed.dropFirst(pieces[0].count)
    for piece in pieces[1..<(pieces.count - 1)] where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(pieces[pieces.count - 1])
  }
}
