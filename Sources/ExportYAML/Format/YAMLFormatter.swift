// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Gives YAML its canonical form: two blanks for each level, one after `:` and `,`, none inside brackets, no trailing
/// blanks, no two empty lines together, LF, one line end at the end. Lines stay lines; comments, quotes and the order of
/// members stay as they are. What a text means never changes: that is checked before it is handed out.
public enum YAMLFormatter {
  public enum Outcome: Sendable {
    /// The same bytes when the text was in form already.
    case formatted([UInt8])
    /// It is no YAML that can be read.
    case unreadable(DiagnosticList)
    /// It can be read, and has something that cannot be laid out safely: it is to be left alone.
    case left(reason: String)
  }

  public static func format(_ file: SourceFile) -> Outcome {
    let bytes = unixLines(file.bytes)
    let (root, diagnostics) = YAMLReader.read(SourceFile(name: file.name, bytes: bytes))
    guard let root, !diagnostics.hasErrors else { return .unreadable(diagnostics) }
    guard let tokens = YAMLToken.all(of: bytes) else { return .left(reason: "it cannot be taken apart") }
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    guard (tokens.last?.range.upperBound ?? 0) <= scalars.count else {
      return .left(reason: "it cannot be taken apart")
    }
    var layout = YAMLLayout(scalars)
    for token in tokens {
      if let reason = layout.take(token) { return .left(reason: reason) }
    }
    let result = Array(layout.text.utf8)
    let made = SourceFile(name: file.name, bytes: result)
    let (again, problems) = YAMLReader.read(made)
    guard let again, !problems.hasErrors, again.means(root) else {
      return .left(reason: "its canonical form would not mean the same")
    }
    guard let kept = YAMLToken.all(of: result), comments(made, kept) == layout.comments else {
      return .left(reason: "a comment would be lost")
    }
    return .formatted(result)
  }

  /// Without a byte order mark, and with LF for CRLF and CR.
  private static func unixLines(_ bytes: [UInt8]) -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity(bytes.count)
    var wasReturn = false
    for byte in bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...] {
      if byte == 0x0D {
        lines.append(0x0A)
      } else if byte != 0x0A || !wasReturn {
        lines.append(byte)
      }
      wasReturn = byte == 0x0D
    }
    return lines
  }

  private static func comments(_ file: SourceFile, _ tokens: [YAMLToken]) -> [String] {
    var layout = YAMLLayout(Array(String(decoding: file.bytes, as: UTF8.self).unicodeScalars))
    for token in tokens { _ = layout.take(token) }
    return layout.comments
  }
}

extension YAMLNode {
  /// The same texts, lists and mappings in the same order, wherever they stand.
  func means(_ other: YAMLNode) -> Bool {
    switch (kind, other.kind) {
    case (.scalar(let text, let isPlain), .scalar(let otherText, let otherPlain)):
      text == otherText && isPlain == otherPlain
    case (.sequence(let elements), .sequence(let others)):
      elements.count == others.count && zip(elements, others).allSatisfy { $0.means($1) }
    case (.mapping(let pairs), .mapping(let others)):
      pairs.count == others.count && zip(pairs, others).allSatisfy { $0.key.means($1.key) && $0.value.means($1.value) }
    default: false
    }
  }
}
