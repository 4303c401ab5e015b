// SPDX-License-Identifier: Apache-2.0
import ExportHTTP
import Foundation

/// A secret of a test, and every form in which it could come to light.
struct Canary: Sendable {
  let name: String
  /// The text itself, percent-encoded, as JSON and XML write it, and in base64 wherever it begins in what is encoded.
  let forms: [Data]

  init(_ name: String, _ text: String) {
    self.name = name
    let percent = PercentEncoding.encode(text)
    let plain = [
      text, percent, percent.replacing("%20", with: "+"), PercentEncoding.encode(percent),
      text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""), text.replacing("/", with: "\\/"),
      text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;"),
    ]
    forms = Set(plain).map { Data($0.utf8) } + Self.base64(text)
  }

  /// Base64 takes three bytes at a time: what stands before the text decides how it looks, and what follows its end.
  private static func base64(_ text: String) -> [Data] {
    (0..<3).flatMap { before -> [Data] in
      let whole = Data(String(repeating: "a", count: before).utf8) + Data(text.utf8)
      let encoded = whole.base64EncodedString().filter { $0 != "=" }
      let core = encoded.dropFirst(before == 0 ? 0 : before + 1).dropLast(2)
      let forURLs = core.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
      return [Data(core.utf8), Data(String(forURLs).utf8)]
    }
  }

  func isIn(_ bytes: Data) -> Bool { forms.contains { bytes.range(of: $0) != nil } }
}

/// Looks for canaries, and for what by its form is a secret that was made on the way: a signature, a token.
struct CanarySearch: Sendable {
  let canaries: [Canary]
  /// Each with the bytes that every one of them begins with, which are quick to look for.
  private static let made: [(name: String, marks: [String], form: @Sendable (String) -> Bool)] = [
    // `sig=` before anything but a mask or another word of ours.
    ("a signature", ["sig=", "sig%3D"], { $0.contains(#/sig(=|%3D)[A-Za-z0-9%+\/]{20}/#) }),
    ("a token", ["eyJ"], { $0.contains(#/eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}/#) }),
  ]

  /// What was found, with where.
  func finds(in bytes: Data, of place: String) -> [String] {
    let known = canaries.filter { $0.isIn(bytes) }.map { "\($0.name) in \(place)" }
    let made = Self.made.filter { rule in
      rule.marks.contains { bytes.range(of: Data($0.utf8)) != nil } && rule.form(String(decoding: bytes, as: UTF8.self))
    }
    return known + made.map { "\($0.name) in \(place)" }
  }

  func finds(in result: Program.Result, of command: String) -> [String] {
    finds(in: Data(result.output.utf8), of: "the output of \(command)")
      + finds(in: Data(result.errors.utf8), of: "the errors of \(command)")
  }

  /// In every file below a folder, hidden ones too, and in the files' names.
  /// - Parameter spared: names of entries of the folder that are not looked into.
  func finds(below folder: URL, sparing spared: Set<String> = []) -> (found: [String], files: Int) {
    var (found, files): ([String], Int) = ([], 0)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] where !spared.contains(name) {
      let url = folder.appendingPathComponent(name)
      found += finds(in: Data(name.utf8), of: "the name of \(url.path)")
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      if isFolder.boolValue {
        let below = finds(below: url)
        (found, files) = (found + below.found, files + below.files)
      } else if let bytes = try? Data(contentsOf: url) {
        files += 1
        found += finds(in: bytes, of: url.path)
      }
    }
    return (found, files)
  }
}
