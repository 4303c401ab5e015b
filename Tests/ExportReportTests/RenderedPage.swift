// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportReport

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

  /// Without style, script and data.
  var markup: String {
    text.replacing(#/<style>[\s\S]*?</style>/#, with: "").replacing(#/<script[\s\S]*?</script>/#, with: "")
  }
}
