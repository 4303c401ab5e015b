// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// The schemas of the repository, and a validator that is not ours (python3-jsonschema).
enum SchemaValidator {
  static let folder = LayerTests.root.appendingPathComponent("Schemas")
  static let names = [
    "apps", "cancel", "cloud-faults", "cloud-import", "cloud-seed", "cloud-serve", "compare", "diff", "doctor",
    "events", "explain", "fmt", "gaps", "graph", "init", "manifest", "plan", "progress", "report", "run", "runs",
    "service", "service-list", "service-show", "service-try", "status", "validate", "verify",
  ]

  static func schema(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: Data(contentsOf: folder.appendingPathComponent("\(name).schema.json")))
  }

  /// What is wrong with each document; all in one call, because starting the validator takes longest.
  /// - Parameter documents: with the name of a schema, or a schema.
  static func problems(_ documents: [(schema: JSONValue, document: JSONValue)]) async throws -> [String?] {
    let lines = documents.map { entry -> String in
      let line: JSONValue = ["schema": entry.schema, "document": entry.document]
      return line.canonicalText
    }
    let temporary = try TemporaryFolder()
    let file = try temporary.write(lines.joined(separator: "\n"), to: "documents.ndjson")
    let script = LayerTests.root.appendingPathComponent("Tests/validate.py").path
    let result = try await Program.run([script, folder.path, file], executable: "/usr/bin/python3")
    try #require(
      result.status == 0, "Tests/prepare.sh installs python3-jsonschema, which this needs: \(result.errors.suffix(500))"
    )
    let problems = try result.output.split(separator: "\n").map { try JSONValue(parsing: $0.utf8).string }
    try #require(problems.count == documents.count)
    return problems
  }
}
