// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct SchemaCommandTests {
  @Test(arguments: SchemaValidator.names)
  func `a schema is printed as it stands`(name: String) async throws {
    let printed = try await Program.run(["schema", name])

    let file = LayerTests.root.appendingPathComponent("Schemas/\(name).schema.json")
    let isSame = try Data(printed.output.utf8) == Data(contentsOf: file)
    #expect(printed.status == 0 && isSame)
  }

  @Test func `init writes the schema that its manifest names, and leaves one that is there`() async throws {
    let folder = try TemporaryFolder()
    let schema = folder.url.appendingPathComponent("manifest.schema.json")

    let made = try await Program.run(["init", "one.yaml", "--no-input"], in: folder.url)
    let first = try String(contentsOf: folder.url.appendingPathComponent("one.yaml"), encoding: .utf8)
    let written = try String(contentsOf: schema, encoding: .utf8)
    try folder.write("mine", to: "manifest.schema.json")
    let again = try await Program.run(["init", "two.yaml", "--no-input"], in: folder.url)

    #expect(made.status == 0 && again.status == 0)
    #expect(first.hasPrefix("# yaml-language-server: $schema=manifest.schema.json\n"))
    #expect(written.contains("\"title\": \"Outhaul manifest\""))
    #expect(try String(contentsOf: schema, encoding: .utf8) == "mine")
  }
}
