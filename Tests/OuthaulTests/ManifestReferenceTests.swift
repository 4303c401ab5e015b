// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

@Suite struct ManifestReferenceTests {
  private static func reference() throws -> String {
    let path = "Sources/BatchExport/Documentation.docc/ManifestReference.md"
    return try String(contentsOf: LayerTests.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func `the reference of the manifest is what its schema gives`() async throws {
    let script = LayerTests.root.appendingPathComponent("Tests/manifest-reference.py").path

    let made = try await Program.run([script], environment: ["LC_ALL": "C.UTF-8"], executable: "/usr/bin/python3")

    #expect(made.status == 0, "\(made.errors)")
    let isSame = try made.output == Self.reference()
    #expect(isSame, "run Tests/manifest-reference.py > Sources/BatchExport/Documentation.docc/ManifestReference.md")
  }

  @Test func `every property of the schema is a row, with its description`() throws {
    let schema = try SchemaValidator.schema("manifest")
    let rows = try Self.reference().split(separator: "\n").filter { $0.hasPrefix("| `") }
    let properties = SchemaFormTests.properties(of: schema, in: schema, at: "")

    #expect(properties.count > 60)
    for (path, property) in properties {
      let name = path.split(separator: "/").last ?? ""
      let description = try #require(property["description"]?.string)
      #expect(rows.contains { $0.hasPrefix("| `\(name)` |") && $0.contains("| \(description)") }, "\(path)")
    }
    let names = Set(properties.map { String($0.0.split(separator: "/").last ?? "") })
    for row in rows {
      let name = try #require(row.firstMatch(of: #/^\| `([a-z_]+)` \|/#)).1
      #expect(names.contains(String(name)), "\(name)")
    }
  }
}
