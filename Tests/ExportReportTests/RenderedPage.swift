// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportReport
import Foundation

/// `report.html` as a test looks at it.
struct RenderedPage {
  let text: String

  init(_ report: RunReport) { text = String(decoding: ReportFormat.html.render(report), as: UTF8.self) }

  /// What stands between the first `start` and the `end` after it.
  func part(_ start: String, _ end: String) -> String? {
    guard let head = text.firstRange(of: start) else { return nil }
    let rest = text[head.upperBound...]
    return rest.firstRange(of: end).map { String(rest[..<$0.lowerBound]) }
  }

  var style: String? { part("<style>", "</style>") }
  var script: String? { part("<script>", "</script>") }

  /// What the script reads.
  func data() throws -> JSONValue {
    try JSONValue(parsing: part("<script type=\"application/json\" id=\"data\">", "</script>") ?? "")
  }

  /// The messages as the script puts them together.
  func messages() throws -> [String] {
    let data = try self.data()
    let patterns = data["patterns"]?.array?.compactMap(\.string) ?? []
    return (data["messages"]?.array ?? []).map { message in
      if let number = message.int { return patterns[Int(number)] }
      let (number, ids) = (message.array?.first?.int ?? 0, message.array?.dropFirst().compactMap(\.string) ?? [])
      let words = patterns[Int(number)].split(separator: "\u{1}", omittingEmptySubsequences: false)
      return zip(words, ids.map(Self.id) + [""]).map { String($0) + $1 }.joined()
    }
  }

  /// An id that may be packed.
  static func id(_ text: String) -> String {
    guard text.hasPrefix("~") else { return text }
    guard !text.hasPrefix("~~") else { return String(text.dropFirst()) }
    let bytes = [UInt8](Data(base64Encoded: String(text.dropFirst()) + "==") ?? Data())
    guard bytes.count == 16 else { return "" }
    return NSUUID(uuidBytes: bytes).uuidString.lowercased()
  }

  /// Without style, script and data.
  var markup: String {
    text.replacing(#/<style>[\s\S]*?</style>/#, with: "").replacing(#/<script[\s\S]*?</script>/#, with: "")
  }
}
