// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import Foundation
import Testing

/// `service list`, `service show` and `service check`.
@Suite struct ServiceCommandTests {
  @Test func `list names every bundled description, and its JSON is valid by its schema`() async throws {
    let text = try await Program.run(["service", "list"])
    let json = try await Program.run(["service", "list", "--output", "json"])

    let document = try JSONValue(parsing: json.output)
    let names = document["services"]?.array?.compactMap { $0["name"]?.string } ?? []
    #expect(text.status == 0 && json.status == 0)
    #expect(names.contains("azure-mobile-engagement") && names == names.sorted())
    for name in names { #expect(text.output.contains("\(name) ")) }
    #expect(try await SchemaValidator.problems([("service-list", document)]) == [nil])
  }

  @Test func `show tells datasets, options with their words, limits, secrets and what happens after a crash`()
    async throws
  {
    let shown = try await Program.run(["service", "show", "azure-mobile-engagement"])

    #expect(shown.status == 0 && shown.errors == "")
    for part in [
      "azure-mobile-engagement, revision ", "  base       https://management.azure.com\n",
      "  recovery   marked. Every task carries a mark of ours.", "  subscription    a text; required\n",
      "announcement, poll, data_push, native_push;", "    window  whole days in UTC, sent as yyyy-MM-dd;",
      "  limits     32 live tasks; 4 of one app\n",
    ] {
      #expect(shown.output.contains(part), "\(part) is missing in \(shown.output)")
    }
    for line in shown.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func `every bundled description is shown within 80 columns, and as JSON that is valid`() async throws {
    let names = BundledDescriptions.names
    var documents: [(schema: JSONValue, document: JSONValue)] = []
    for name in names {
      let text = try await Program.run(["service", "show", name])
      let json = try await Program.run(["service", "show", name, "--output", "json"])
      #expect(text.status == 0 && json.status == 0)
      for line in text.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
      documents.append(("service-show", try JSONValue(parsing: json.output)))
    }

    #expect(documents.count == names.count && !names.isEmpty)
    #expect(try await SchemaValidator.problems(documents).compactMap { $0 } == [])
  }

  @Test func `show takes a file, and its JSON is valid by its schema`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "small.yaml")

    let file = try await Program.run(["service", "show", "small.yaml", "--output", "json"], in: folder.url)
    let bundled = try await Program.run(["service", "show", "azure-mobile-engagement", "--output", "json"])

    let documents = try [file, bundled].map { try JSONValue(parsing: $0.output) }
    #expect(documents[0]["name"] == "small" && documents[0]["cancels"] == true)
    #expect(documents[0].at(pointer: "/recovery/class") == "marked")
    #expect(documents[0].at(pointer: "/datasets/0/window/unit") == "day")
    #expect(documents[1].at(pointer: "/datasets/0/options/0/words/0") == "announcement")
    #expect(try await SchemaValidator.problems(documents.map { ("service-show", $0) }) == [nil, nil])
  }

  @Test func `a name that is not bundled is 64 with a suggestion, a file that is not there 65`() async throws {
    let misspelt = try await Program.run(["service", "show", "azure-mobile-engagment"])
    let missing = try await Program.run(["service", "show", "./nothing.yaml"])

    #expect(misspelt.status == 64)
    #expect(misspelt.errors.contains("no service description is called 'azure-mobile-engagment': did you mean"))
    #expect(missing.status == 65)
    #expect(missing.errors.contains("cannot read './nothing.yaml': there is no such file"))
  }

  @Test func `check says one line of what is right`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "small.yaml")

    let result = try await Program.run(["service", "check", "small.yaml"], in: folder.url)

    #expect(result.status == 0 && result.errors == "")
    #expect(result.output == "small.yaml: valid, small revision 1, 1 dataset, recovery marked\n")
  }

  @Test func `check tells every problem of every file with its place, and ends with 65`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "right.yaml")
    try folder.write(
      StoppableService.description.replacing("|urlpath", with: "|urlpaht").replacing(
        "kind: historical", with: "kind: past"),
      to: "wrong.yaml")
    let check = ["service", "check", "right.yaml", "wrong.yaml", "gone.yaml"]

    let text = try await Program.run(check, in: folder.url)
    let json = try await Program.run(check + ["--output", "json"], in: folder.url)
    let sarif = try await Program.run(check + ["--output", "sarif"], in: folder.url)

    #expect([text.status, json.status, sarif.status] == [65, 65, 65])
    #expect(text.output == "right.yaml: valid, small revision 1, 1 dataset, recovery marked\n")
    #expect(text.errors.contains("wrong.yaml:10:") && text.errors.contains("unknown filter 'urlpaht'"))
    #expect(text.errors.contains("error: cannot read 'gone.yaml': there is no such file"))
    let document = try JSONValue(parsing: json.output)
    #expect(document["valid"] == false)
    #expect(document["error"]?.string == "cannot read 'gone.yaml': there is no such file")
    let files = Set(document["diagnostics"]?.array?.compactMap { $0["file"]?.string } ?? [])
    #expect(files == ["wrong.yaml"])
    #expect(sarif.output.contains("\"ruleId\":\"D002\""))
  }

  @Test func `the help of every command of services lists exit codes`() async throws {
    for command in [
      ["service"], ["service", "list"], ["service", "show"], ["service", "check"], ["service", "try"],
    ] {
      let result = try await Program.run(command + ["--help"])

      #expect(result.status == 0)
      #expect(result.output.contains("  77   a credential or permission is missing or refused\n"), "\(command)")
      // How a usage is broken is the parser's.
      for line in result.output.split(separator: "\n") where !line.hasPrefix("USAGE:") {
        #expect(line.count <= 80, "\(line)")
      }
    }
  }
}
