// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// The pages that list every field are made from the schemas.
@Suite struct ReferencePageTests {
  private static let folder = "Sources/BatchExport/Documentation.docc"

  private static func page(_ name: String) throws -> String {
    try String(contentsOf: LayerTests.root.appendingPathComponent("\(folder)/\(name).md"), encoding: .utf8)
  }

  @Test(arguments: [("manifest", "ManifestReference"), ("service", "DescriptionReference")])
  func `a reference is what its schema gives`(schema: String, page: String) async throws {
    let script = LayerTests.root.appendingPathComponent("Tests/schema-reference.py").path

    let made = try await Program.run(
      [script, schema], environment: ["LC_ALL": "C.UTF-8"], executable: "/usr/bin/python3")

    #expect(made.status == 0, "\(made.errors)")
    let isSame = try made.output == Self.page(page)
    #expect(isSame, "run Tests/schema-reference.py \(schema) > \(Self.folder)/\(page).md")
  }

  @Test(arguments: [("manifest", "ManifestReference"), ("service", "DescriptionReference")])
  func `every property of the schema is a row, with its description`(schema: String, page: String) throws {
    let schema = try SchemaValidator.schema(schema)
    let rows = try Self.page(page).split(separator: "\n").filter { $0.hasPrefix("| `") }
    let properties = SchemaFormTests.properties(of: schema, in: schema, at: "")

    #expect(properties.count > 60)
    for (path, property) in properties {
      let name = path.split(separator: "/").last ?? ""
      let description = try #require(property["description"]?.string)
      #expect(rows.contains { $0.hasPrefix("| `\(name)` |") && $0.contains("| \(description)") }, "\(path)")
    }
    let names = Set(properties.map { String($0.0.split(separator: "/").last ?? "") })
    for row in rows {
      let name = try #require(row.firstMatch(of: #/^\| `([a-z0-9_]+)` \|/#)).1
      #expect(names.contains(String(name)), "\(name)")
    }
  }
}
