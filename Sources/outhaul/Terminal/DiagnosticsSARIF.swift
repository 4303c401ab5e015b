// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation

/// Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the lines. Text of the files is not in it,
/// so that no line that may hold a secret is.
struct DiagnosticsSARIF {
  let text: String

  /// - Parameter error: what kept files from being read.
  init(_ diagnostics: DiagnosticList, version: String, error: String? = nil) {
    let all = diagnostics.sorted().all
    let sorted = Array(all.prefix(DiagnosticsJSON.limit))
    let rules = DiagnosticCatalogue.all.filter { rule in sorted.contains { $0.code == rule.code } }
    var run: [String: JSONValue] = [
      "columnKind": "unicodeCodePoints",
      "results": .array(sorted.map { Self.result($0, rules) }),
      "tool": [
        "driver": ["name": "outhaul", "rules": .array(rules.map(Self.rule)), "version": .string(version)]
      ],
    ]
    if all.count > sorted.count { run["properties"] = ["leftOut": .int(Int64(all.count - sorted.count))] }
    if let error {
      run["invocations"] = [
        [
          "executionSuccessful": false,
          "toolExecutionNotifications": [["level": "error", "message": Self.message(error)]],
        ]
      ]
    }
    let document: JSONValue = [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [.object(run)],
    ]
    text = document.canonicalText
  }

  private static func rule(_ entry: DiagnosticCode) -> JSONValue {
    [
      "id": .string(entry.code),
      "shortDescription": message(entry.title),
      "fullDescription": message(entry.meaning),
      "help": message(entry.fix),
    ]
  }

  private static func result(_ diagnostic: Diagnostic, _ rules: [DiagnosticCode]) -> JSONValue {
    var members: [String: JSONValue] = [
      "level": .string(diagnostic.severity.rawValue),
      "message": message(diagnostic.message + (diagnostic.help.map { "; \($0)" } ?? "")),
      "ruleId": .string(diagnostic.code),
    ]
    if let index = rules.firstIndex(where: { $0.code == diagnostic.code }) { members["ruleIndex"] = .int(Int64(index)) }
    if let place = diagnostic.place { members["locations"] = [["physicalLocation": physical(place)]] }
    if !diagnostic.related.isEmpty {
      members["relatedLocations"] = .array(
        diagnostic.related.enumerated().map { index, note in
          ["id": .int(Int64(index)), "message": message(note.message), "physicalLocation": physical(note.place)]
        })
    }
    return .object(members)
  }

  /// `endColumn` is the column behind the last one, at most the one behind the end of the line.
  private static func physical(_ place: SourcePlace) -> JSONValue {
    let behind = place.file.columns(ofLine: place.line) + 1
    let end = max(place.column, min(place.column + place.length, behind))
    return [
      "artifactLocation": ["uri": .string(uri(place.file.name))],
      "region": [
        "endColumn": .int(Int64(end)), "startColumn": .int(Int64(place.column)), "startLine": .int(Int64(place.line)),
      ],
    ]
  }

  /// Relative paths stay relative, to the root that the code host or the editor knows.
  private static func uri(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return URL(fileURLWithPath: path).absoluteString }
    // A colon before the first slash would be read as a scheme.
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: ":"))
    return path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
  }

  /// Braces mark what is filled in, and are doubled to stand for themselves (SARIF 2.1.0, 3.11.5).
  private static func message(_ text: String) -> JSONValue {
    ["text": .string(text.replacing("{", with: "{{").replacing("}", with: "}}"))]
  }
}
