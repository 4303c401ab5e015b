// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `outhaul compare` through the whole program, on what runs have left.
@Suite struct CompareCommandTests {
  private static let manifest = SampleManifest.nightly(days: 1, apps: 2)
    .replacing("last: 1d", with: "from: 2016-01-01, through: 2016-01-04")
    .replacing("        after: [{export: snapshots, match: app}]\n", with: "")

  private static func run(_ arguments: String..., in folder: borrowing TemporaryFolder) async throws -> Program.Result {
    try await Program.run(arguments, in: folder.url)
  }

  /// The only run of a state.
  private static func runFolder(_ state: String, in folder: borrowing TemporaryFolder) throws -> String {
    let runs = folder.url.appendingPathComponent("\(state)/local/runs")
    return "\(state)/local/runs/" + (try #require(FileManager.default.contentsOfDirectory(atPath: runs.path).first))
  }

  @Test func `backfills of the same days, made on different days with faults on, are equal, as folders and as runs`()
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")
    let first = try await Self.run(
      "run", "manifest.yaml", "--local", "--state", "a", "--speed", "5000", "--select", "history", "--as-of",
      "2016-02-01T03:00:00Z", in: folder)
    let second = try await Self.run(
      "run", "manifest.yaml", "--local", "--state", "b", "--speed", "5000", "--select", "history", "--as-of",
      "2016-03-09T04:00:00Z", "--fault", "submit:lost-answer:20%", "--fault", "task:truncated:10%", "--fault",
      "task:failed:10%", "--fault", "poll:503:5%", in: folder)
    #expect(first.status == 0 && second.status == 0, "\(first.errors)\(second.errors)")

    let folders = try await Self.run("compare", "a/local/exports/files", "b/local/exports/files", in: folder)
    let runs = try await Self.run(
      "compare", Self.runFolder("a", in: folder), Self.runFolder("b", in: folder), "--output", "json", in: folder)
    let id = String(try Self.runFolder("a", in: folder).split(separator: "/").last ?? "")
    let named = try await Self.run("compare", id, id, "--state", "a", "--local", in: folder)
    let unmeant = try await Self.run("compare", id, id, "--state", "a", in: folder)

    #expect(folders.status == 0, "\(folders.output)\(folders.errors)")
    #expect(folders.output.hasPrefix("equal: 32 windows, "), "\(folders.output)")
    #expect(runs.status == 0, "\(runs.output)\(runs.errors)")
    #expect(named.status == 0, "\(named.output)\(named.errors)")
    #expect(unmeant.status == 65 && unmeant.errors.contains("; a rehearsal is: give --local"), "\(unmeant.errors)")
    let document = try JSONValue(parsing: runs.output)
    #expect(document["equal"] == true && document["windows"]?.int == 32 && (document["rows"]?.int ?? 0) > 1000)
    #expect(try await SchemaValidator.problems([("compare", document)]) == [nil])
  }

  @Test func `what differs is told by window, with the rows, and the status is 2`() async throws {
    let folder = try TemporaryFolder()
    func write(_ side: String, _ window: String, _ rows: String) throws {
      let place = "\(side)/history/shop/event/json/\(window)"
      try folder.write(rows, to: "\(place)/part-00000.json")
      try folder.write(
        """
        {"app":"shop","dataset":"event","export":"history","format":"json","manifest":1,"parts":[{"bytes":\
        \(rows.utf8.count),"name":"part-00000.json"}],"task":"t","window":"\(window)"}
        """, to: "\(place)/MANIFEST.json")
    }
    try write("a", "2016-01-01", #"[{"id":"1","n":1}]"#)
    try write("b", "2016-01-01", #"[{"id":"1","n":1}]"#)
    try write("a", "2016-01-02", #"[{"id":"1","n":1,"x":"\u001b[2J"},{"id":"2","n":5}]"#)
    try write("b", "2016-01-02", #"[{"id":"1","n":2,"x":"\u001b[2J"}]"#)
    try write("a", "2016-01-03", "[]")
    try write("b", "2016-01-04", "[]")
    try folder.write("stray", to: "b/notes.txt")

    let text = try await Self.run("compare", "a", "b", in: folder)
    let json = try await Self.run("compare", "a", "b", "--output", "json", in: folder)

    #expect(text.status == 2 && json.status == 2, "\(text.errors)")
    #expect(
      text.output == #"""
        different: of 4 windows 3 differ; 1 equal
          shop/event/json/2016-01-02: 1 row gone, 1 row changed
            ~ {"id":"1","n":1,"x":"\u001b[2J"}
              n: 1 -> 2
            - {"id":"2","n":5}
          shop/event/json/2016-01-03: only in A
          shop/event/json/2016-01-04: only in B
        note: b: 1 file of no result

        """#)
    #expect(try await SchemaValidator.problems([("compare", try JSONValue(parsing: json.output))]) == [nil])
  }

  @Test func `two containers are compared by signatures that no command line shows`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Self.manifest.replacing("  destination: files\n", with: "  destination: staging\n"), to: "manifest.yaml")
    var clouds: [CloudProcess] = []
    for (name, faults) in [("a", []), ("b", ["--fault", "task:truncated:10%", "--fault", "submit:lost-answer:20%"])] {
      let cloud = try await CloudProcess(
        data: folder.url.appendingPathComponent("cloud-\(name)"), arguments: ["--speed", "5000"] + faults)
      let result = try await Program.run(
        ["run", "manifest.yaml", "--state", name, "--select", "history", "--settle", "2s"] + cloud.variables,
        in: folder.url, environment: cloud.environment)
      #expect(result.status == 0, "\(result.errors)")
      clouds.append(cloud)
    }
    try folder.write(clouds[1].endpoints.stagingSAS + "\n", to: "b.sas")

    let equal = try await Program.run(
      ["compare", "env:A", "file:b.sas"], in: folder.url, environment: ["A": clouds[0].endpoints.stagingSAS])
    let shown = try await Program.run(["compare", clouds[0].endpoints.stagingSAS, "file:b.sas"], in: folder.url)
    let missing = try await Program.run(["compare", "env:NOTHING", "file:b.sas"], in: folder.url)

    #expect(equal.status == 0, "\(equal.output)\(equal.errors)")
    // Four datasets of four days of two apps, which the manifests of their tasks name.
    #expect(equal.output.hasPrefix("equal: 32 windows, "), "\(equal.output)")
    #expect(!equal.output.contains("sig=") && !equal.errors.contains("sig="))
    #expect(shown.status == 64 && shown.errors.contains("is seen by everybody"), "\(shown.errors)")
    #expect(missing.status == 77, "\(missing.errors)")
  }

  @Test func `what both sides lack, or have broken, is no proof`() async throws {
    let folder = try TemporaryFolder()
    for side in ["a", "b"] {
      try folder.write(
        #"{"app":"shop","dataset":"event","format":"json","parts":[{"bytes":2,"name":"part-00000.json"}],"window":"1"}"#,
        to: "\(side)/1/MANIFEST.json")
      try folder.write("[]", to: "\(side)/1/part-00000.json")
      try folder.write("{", to: "\(side)/2/MANIFEST.json")
      try folder.write("[]", to: "\(side)/3/part-00000.json")
    }

    let broken = try await Self.run("compare", "a", "b", in: folder)

    #expect(broken.status == 3, "\(broken.errors)")
    #expect(
      broken.output == """
        unproved: of 3 windows 2 cannot be read; 1 equal
          2: a: '2/MANIFEST.json' is no manifest of a result
          3: a: '3' has files and no manifest of a result

        """)
  }

  @Test func `jobs that neither run could do are no proof`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest.replacing("attempts: 5", with: "attempts: 1"), to: "manifest.yaml")
    for state in ["a", "b"] {
      let result = try await Self.run(
        "run", "manifest.yaml", "--local", "--state", state, "--speed", "5000", "--select", "history/app-1/event",
        "--fault", "task:failed:x1", in: folder)
      #expect(result.status == 3, "\(result.errors)")
    }

    let runs = try await Self.run(
      "compare", Self.runFolder("a", in: folder), Self.runFolder("b", in: folder), in: folder)

    #expect(runs.status != 0, "\(runs.output)")
    #expect(!runs.output.hasPrefix("equal"), "\(runs.output)")
  }

  @Test func `sides that are not there are told, and nothing is made of them`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("nothing", to: "empty/readme.txt")

    let unknown = try await Self.run("compare", "20160101T", "empty", in: folder)
    let empty = try await Self.run("compare", "empty", "empty", in: folder)
    let unreachable = try await Program.run(
      ["compare", "env:A", "empty"], in: folder.url,
      environment: ["A": "http://127.0.0.1:9/account/lake?sv=2021-12-02&sr=c&sp=rl&se=2999-01-01&sig=x"])

    #expect(unknown.status == 65 && unknown.errors.contains("is called '20160101T'"), "\(unknown.errors)")
    #expect(empty.status == 64 && empty.errors.contains("neither side has a result"), "\(empty.errors)")
    #expect(unreachable.status == 69, "\(unreachable.errors)")
    #expect(!unreachable.errors.contains("sig="), "\(unreachable.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent(".outhaul").path))
  }
}
