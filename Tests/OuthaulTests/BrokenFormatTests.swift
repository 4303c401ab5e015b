// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportYAML
import Testing

/// `fmt` over everything that is broken in some way: the form is one thing, the mistakes are another.
@Suite struct BrokenFormatTests {
  @Test func `every broken manifest is refused with a reason, or keeps its meaning and its comments`() throws {
    var laidOut = 0
    for name in BrokenManifest.names {
      let broken = try BrokenManifest(name)
      for (path, bytes) in broken.files + [("manifest.yaml", broken.manifest)] {
        switch YAMLFormatter.format(SourceFile(name: path, bytes: bytes)) {
        case .unreadable(let problems): #expect(problems.hasErrors, "\(name): \(path)")
        case .left(let reason): #expect(!reason.isEmpty, "\(name): \(path)")
        case .formatted(let made):
          laidOut += 1
          #expect(Self.complaint(bytes, made) == nil, "\(name): \(path)")
        }
      }
    }
    #expect(laidOut > 250)
  }

  /// What a layout did to a text that it must not do.
  static func complaint(_ bytes: [UInt8], _ made: [UInt8]) -> String? {
    let (old, new) = (SourceFile(name: "a", bytes: bytes), SourceFile(name: "a", bytes: made))
    guard let before = YAMLReader.read(old).root, let after = YAMLReader.read(new).root else { return "unreadable" }
    guard before.json == after.json else { return "another meaning" }
    guard comments(bytes) == comments(made) else { return "other comments" }
    guard case .formatted(let again) = YAMLFormatter.format(new) else { return "it cannot be laid out again" }
    return again == made ? nil : "laid out again, it differs"
  }

  /// What stands behind each '#' after a blank or at the beginning of a line, whatever it is there.
  private static func comments(_ bytes: [UInt8]) -> [String] {
    let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    return lines.compactMap { line in
      let marks = line.indices.filter { line[$0] == UInt8(ascii: "#") }
      let mark = marks.first { $0 == line.startIndex || [0x20, 0x09].contains(line[$0 - 1]) }
      guard let mark else { return nil }
      var text = line[mark...]
      while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
