// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The document beside a result's files that says what they are: our `MANIFEST.json`, or what a task wrote last as
/// `manifest.json` (contract.md 8, row 1).
struct ResultDocument {
  var result: FoundResult

  static func isDocument(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return name == ResultManifest.name || name == "manifest.json"
  }

  /// - Parameter path: below the root; its parts lie beside it.
  init?(_ bytes: [UInt8], at path: String) {
    guard let json = try? JSONValue(parsing: bytes), let parts = json["parts"]?.array else { return nil }
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    let artifacts = parts.compactMap { part -> Artifact? in
      guard let artifact = Artifact(part), PathStep.isOne(artifact.name) else { return nil }
      return folder.isEmpty ? artifact : artifact.placed(in: folder)
    }
    guard artifacts.count == parts.count else { return nil }
    func text(_ name: String) -> String { json[name]?.string ?? "" }
    if json["taskId"] != nil {
      // A snapshot is of the day on which it was made.
      let day = String(text("dateCreated").prefix(10))
      let days = json["startDate"] == nil ? [day, day] : [text("startDate"), text("endDate")]
      result = FoundResult(
        app: text("app"), dataset: text("exportType").lowercased(),
        format: text("exportFormat") == "CsvBlob" ? "csv" : "json",
        window: (days[0] == days[1] ? [days[0]] : days).filter { !$0.isEmpty }.joined(separator: ".."), parts: artifacts
      )
    } else {
      guard json["dataset"] != nil, json["format"] != nil else { return nil }
      result = FoundResult(
        export: text("export"), app: text("app"), dataset: text("dataset"), format: text("format"),
        window: text("window"), parts: artifacts)
    }
  }
}
