// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `outhaul verify` through the whole program: the ledger against the files.
@Suite struct VerifyCommandTests {
  /// Four days of one dataset of one app, and its snapshots.
  private static let manifest = SampleManifest.nightly(days: 1, apps: 1)
    .replacing("last: 1d", with: "from: 2016-01-01, through: 2016-01-04")
    .replacing("        after: [{export: snapshots, match: app}]\n", with: "")
    .replacing("datasets: [activity, event, job, error]", with: "datasets: [event]")

  private static func run(_ arguments: String..., in folder: borrowing TemporaryFolder) async throws -> Program.Result {
    try await Program.run([arguments[0], "manifest.yaml", "--local"] + arguments.dropFirst(), in: folder.url)
  }

  private static func part(_ day: Int) -> String {
    ".outhaul/local/exports/files/history/app-1/event/json/2016-01-0\(day)/part-00000.json"
  }

  @Test func `what is missing or changed is due again, is exported again, and then nothing is`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")
    let made = try await Self.run("run", "--speed", "5000", "--select", "history", in: folder)
    #expect(made.status == 0, "\(made.errors)")
    let whole = try await Self.run("verify", "--select", "history", in: folder)
    let files = FileManager.default
    try files.removeItem(at: folder.url.appendingPathComponent(Self.part(1)))
    var bytes = try Data(contentsOf: folder.url.appendingPathComponent(Self.part(2)))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: folder.url.appendingPathComponent(Self.part(2)))
    try Data("[]".utf8).write(to: folder.url.appendingPathComponent(Self.part(3)))

    let quick = try await Self.run("verify", "--select", "history", "--quick", "--dry-run", in: folder)
    let unmarked = try await Self.run("gaps", "--select", "history", in: folder)
    let broken = try await Self.run("verify", "--select", "history", "--output", "json", in: folder)
    // A look that reads nothing takes back nothing that reading has found.
    let glance = try await Self.run("verify", "--select", "history", "--quick", in: folder)
    let gaps = try await Self.run("gaps", "--select", "history", in: folder)
    let document = try JSONValue(parsing: broken.output)
    let fill = try #require(document["fill"]?.string).split(separator: " ").dropFirst().map(String.init)
    let filled = try await Program.run(fill + ["--speed", "5000"], in: folder.url)
    let again = try await Self.run("verify", "--select", "history", in: folder)

    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output == "nightly: 4 files of 4 jobs read and unchanged\n")
    #expect(quick.status == 2 && quick.output.contains("of 4 files of 4 jobs, 2 jobs are not as verified"))
    #expect(unmarked.status == 0, "\(unmarked.output)")
    #expect(glance.status == 2 && !glance.output.contains("there again"), "\(glance.output)")
    #expect(broken.status == 2, "\(broken.errors)")
    let losses = document["findings"]?.array?.map { $0["files"]?.array?.first?["loss"]?.string ?? "" }
    #expect(losses == ["missing", "changed", "resized"])
    #expect(document["findings"]?.array?.allSatisfy { $0["due"]?.string == "artifact missing" } == true)
    #expect(gaps.status == 2 && gaps.output.contains("3 holes in 4 windows: 3 artifact missing"), "\(gaps.output)")
    #expect(filled.status == 0 && filled.errors.contains("3 of 3 jobs due"), "\(filled.errors)")
    #expect(again.status == 0 && again.output == whole.output, "\(again.output)")
    #expect(try await SchemaValidator.problems([("verify", document)]) == [nil])
  }

  @Test func `files that are there again are no longer wanted`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")
    _ = try await Self.run("run", "--speed", "5000", "--select", "history", in: folder)
    let place = folder.url.appendingPathComponent(Self.part(1))
    let away = folder.url.appendingPathComponent("away")
    try FileManager.default.moveItem(at: place, to: away)
    let missing = try await Self.run("verify", "--select", "history", in: folder)
    try FileManager.default.moveItem(at: away, to: place)

    let restored = try await Self.run("verify", "--select", "history", in: folder)
    let due = try await Self.run("run", "--select", "history", in: folder)

    #expect(missing.status == 2 && missing.output.contains("is missing"), "\(missing.output)")
    #expect(missing.output.contains("outhaul run manifest.yaml --local --select status:artifact-missing"))
    #expect(restored.status == 0, "\(restored.output)")
    #expect(restored.output.contains("the files of 1 job are there again: history/app-1/event/2016-01-01"))
    #expect(due.status == 0 && due.output.contains("Nothing is due: 4 already exported."), "\(due.output)")
  }

  @Test func `containers are listed and read, and one that does not answer is no loss`() async throws {
    let manifest = Self.manifest.replacing("  destination: files\n", with: "  destination: staging\n")
    let world = try await CloudWorld(manifest, cloud: ["--speed", "5000"])
    let made = try await world.perform("run", "--select", "history")
    #expect(made.status == 0, "\(made.errors)")
    let whole = try await world.perform("verify", "--select", "history")
    let quick = try await world.perform("verify", "--select", "history", "--quick")
    let other = try await Program.run(
      world.arguments(["verify", "--select", "history"]) + [
        "--var", "container=\(world.cloud.endpoints.blobURL)/other",
      ],
      in: world.folder.url, environment: world.cloud.environment)
    try await world.killCloud()
    let gone = try await world.perform("verify", "--select", "history")
    let gaps = try await world.perform("gaps", "--select", "history")

    #expect(whole.status == 0 && whole.output == "nightly: 4 files of 4 jobs read and unchanged\n", "\(whole.errors)")
    #expect(quick.status == 0 && quick.output.contains("4 files of 4 jobs there, by name and size"))
    // Another container is another destination: another key, of which the ledger knows nothing.
    #expect(
      other.status == 0 && other.output == "nightly: nothing was exported yet\n", "\(other.output)\(other.errors)")
    #expect(gone.status == 69, "\(gone.output)\(gone.errors)")
    #expect(gaps.status == 0, "\(gaps.output)")
  }

  @Test func `nothing is written where nothing was exported`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")

    let nothing = try await Self.run("verify", in: folder)

    #expect(nothing.status == 0 && nothing.output == "nightly: nothing was exported yet\n", "\(nothing.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent(".outhaul").path))
  }

  @Test func `a state that a run uses is left alone, and told`() async throws {
    let world = try await CloudWorld(Self.manifest, cloud: ["--speed", "10"])
    let running = try world.start(["run"])
    // Held up, so that it has the state however long the other takes.
    #expect(await running.send(SIGSTOP) { $0.contains("jobs due") })

    let refused = try await world.perform("verify")
    let looked = try await world.perform("verify", "--dry-run")
    running.send(SIGKILL)
    _ = try await running.finish()

    #expect(refused.status == 75, "\(refused.errors)")
    #expect(looked.status == 0, "\(looked.errors)")
  }
}
