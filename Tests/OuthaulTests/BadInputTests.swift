// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What goes wrong in the world: one clear sentence, the right status, nothing lost, the run goes on afterwards.
@Suite(.serialized) struct BadInputTests {
  private static let today = String(ISO8601DateFormatter().string(from: Date()).prefix(10)) + "T00:00:00Z"
  private static let run = ["run", "manifest.yaml", "--as-of", today, "--settle", "3s"]

  @Test func `missing secrets are all named, and the status is 77`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(Self.run, in: folder.url)

    #expect(result.status == 77)
    #expect(
      result.errors == """
        error: the secret 'engagement_secret' is missing: the environment variable ENGAGEMENT_SECRET is not set; \
        the secret 'staging_key' is missing: the environment variable STAGING_KEY is not set

        """)
  }

  @Test func `a service that nobody answers for is 69, with the line that goes on`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1, attempts: 1), to: "manifest.yaml")
    let nobody = ["--var", "base=http://127.0.0.1:1", "--var", "authority=http://127.0.0.1:1"]

    let result = try await Program.run(
      Self.run + nobody, in: folder.url, environment: ["ENGAGEMENT_SECRET": "canary-a", "STAGING_KEY": "Y2FuYXJ5LWI="])

    #expect(result.status == 69, "\(result.errors)")
    #expect(result.output.hasPrefix("Stopped in "), "\(result.output)")
    #expect(result.output.contains("go on with: outhaul run manifest.yaml"))
    #expect(!(result.output + result.errors).contains("canary"))
  }

  @Test func `a refused credential is 77 with the reason, and the run goes on once it is mended`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "1000"])
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let refused = try await Program.run(
      Self.run + cloud.variables, in: folder.url,
      environment: cloud.environment.merging(["ENGAGEMENT_SECRET": "canary-wrong"]) { $1 })
    let mended = try await Program.run(Self.run + cloud.variables, in: folder.url, environment: cloud.environment)

    #expect(refused.status == 77, "\(refused.errors)")
    #expect(refused.output.contains("AADSTS7000215: Invalid client secret provided."))
    #expect(!(refused.output + refused.errors).contains("canary"))
    #expect(mended.status == 0, "\(mended.errors)")
    #expect(try await cloud.statistics().tasksByDescription.values.allSatisfy { $0 == 1 })
  }

  @Test func `an expired SAS is 77 before anything is submitted`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
      .replacing("    account_key: \"${secret.staging_key}\"", with: "    sas: \"${secret.staging_key}\"")
    try folder.write(manifest, to: "manifest.yaml")
    let expired = "sv=2018-11-09&sr=c&sp=rwl&se=2020-01-01T00%3A00%3A00Z&sig=Y2FuYXJ5"

    let result = try await Program.run(
      Self.run + cloud.variables, in: folder.url,
      environment: cloud.environment.merging(["STAGING_KEY": expired]) { $1 })

    #expect(result.status == 77, "\(result.errors)")
    #expect(
      result.errors.contains("'staging': the given SAS cannot be used: it expired at 2020-01-01T00:00:00Z"),
      "\(result.errors)")
    #expect(!(result.output + result.errors).contains("Y2FuYXJ5"))
    #expect(try await cloud.statistics().tasks == 0)
  }

  @Test(.enabled(if: Program.bearsFileLimits, "the thread sanitizer needs larger files"))
  func `a disk that takes no more is 70, and the run goes on where it stopped`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "1000"])
    try folder.write(SampleManifest.nightly(days: 3, apps: 2), to: "manifest.yaml")
    let command = ([Program.path] + Self.run + cloud.variables).map { "'\($0)'" }.joined(separator: " ")

    // Files of more than 160 KiB are refused, as on a full disk; the state's log grows beyond that.
    let full = try await Program.run(
      ["-c", "trap '' XFSZ; ulimit -f 160; exec \(command)"], in: folder.url, environment: cloud.environment,
      executable: "/bin/bash")
    let resumed = try await Program.run(Self.run + cloud.variables, in: folder.url, environment: cloud.environment)

    #expect(full.status == 70, "\(full.errors) \(full.output)")
    #expect((full.errors + full.output).contains("cannot write"), "\(full.errors) \(full.output)")
    #expect(resumed.status == 0, "\(resumed.errors)")
    let counted = try await cloud.statistics()
    #expect(counted.tasks == 2 * 4 + 2 * 4 * 3)
    #expect(counted.tasksByDescription.values.allSatisfy { $0 == 1 })
  }

  @Test func `a state that another run uses is 75, and names the holder`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "10"])
    try folder.write(SampleManifest.nightly(days: 2, apps: 1), to: "manifest.yaml")

    let first = try Program.start(Self.run + cloud.variables, in: folder.url, environment: cloud.environment)
    // Held up, so that it has the state however long the second takes to begin.
    #expect(await first.send(SIGSTOP) { $0.contains("jobs due") })
    let second = try await Program.run(Self.run + cloud.variables, in: folder.url, environment: cloud.environment)
    first.send(SIGKILL)
    _ = try await first.finish()

    #expect(second.status == 75, "\(second.errors)")
    #expect(second.errors.contains("in use by another run (process \(first.pid) since "), "\(second.errors)")
  }

  @Test func `a job that fails is 3, is told with its reason, and is due again`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "1000", "--fault", "task:failed:x1"])
    try folder.write(SampleManifest.nightly(days: 1, apps: 1, attempts: 1), to: "manifest.yaml")

    let failed = try await Program.run(Self.run + cloud.variables, in: folder.url, environment: cloud.environment)
    let again = try await Program.run(Self.run + cloud.variables, in: folder.url, environment: cloud.environment)

    #expect(failed.status == 3, "\(failed.errors)")
    #expect(failed.output.contains("the task failed: InternalError: the export ended early"))
    #expect(failed.output.contains("4 skipped"))
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test func `a file that was cut in the middle fails the attempt, and a new task mends it`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "1000", "--fault", "task:truncated:x1"])
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(Self.run + cloud.variables, in: folder.url, environment: cloud.environment)

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("attempt failed "))
    #expect(try await cloud.statistics().tasks == 9)
  }

  @Test func `a plan file runs as it is, and its report is JSON on standard output when asked`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    _ = try await Program.run(["plan", "manifest.yaml", "--as-of", Self.today, "-o", "plan.json"], in: folder.url)

    let result = try await Program.run(
      ["run", "plan.json", "--local", "--speed", "1000", "--output", "json"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(report?["outcome"] as? String == "done")
    let jobs = try #require(report?["jobs"] as? [[String: Any]])
    #expect(jobs.count == 8)
    #expect(jobs.allSatisfy { $0["state"] as? String == "verified" })
  }

  @Test func `no secret stands in any file or line that a run leaves`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"),
      arguments: ["--speed", "1000", "--fault", "submit:500:x1", "--fault", "poll:503:x1", "--fault", "task:failed:x1"])
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(
      Self.run + cloud.variables + ["--log-level", "trace"], in: folder.url, environment: cloud.environment)
    let left = try Self.contents(of: folder.url.appendingPathComponent(".outhaul"))

    #expect(result.status == 0, "\(result.errors)")
    #expect(left.count > 50_000)
    for secret in [cloud.endpoints.secret, cloud.endpoints.accountKey, "sig=", "Bearer "] {
      #expect(left.range(of: Data(secret.utf8)) == nil, "\(secret.prefix(6))… in a file")
      #expect(!(result.output + result.errors).contains(secret), "\(secret.prefix(6))… in the output")
    }
  }

  /// Every file below a folder, one after the other.
  private static func contents(of folder: URL) throws -> Data {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
    return try all.filter { !$0.hasDirectoryPath }.reduce(into: Data()) { $0.append(try Data(contentsOf: $1)) }
  }

  @Test func `a secret may come from a command, and a command that gives none is told`() async throws {
    let folder = try TemporaryFolder()
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
      .replacing("{env: ENGAGEMENT_SECRET}", with: "{command: [sh, -c, \"echo nothing-like-it\"]}")
    try folder.write(
      manifest.replacing("{env: STAGING_KEY}", with: "{command: [no-such-program, show]}"), to: "a.yaml")
    try folder.write(
      manifest.replacing("{env: STAGING_KEY}", with: "{command: [sh, -c, \"echo half; exit 3\"]}"), to: "b.yaml")

    let missing = try await Program.run(["run", "a.yaml"], in: folder.url)
    let failing = try await Program.run(["run", "b.yaml"], in: folder.url)

    #expect(missing.status == 77)
    #expect(missing.errors.contains("the secret 'staging_key' is missing: the command no-such-program was not found"))
    #expect(failing.status == 77)
    #expect(failing.errors.contains("the secret 'staging_key' is missing: the command sh ended with status 3"))
    #expect(!(missing.errors + failing.errors).contains("engagement_secret"))
  }

  @Test func `two formats of one job do not stand in each other's way`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1).replacing("format: json", with: "format: [json, csv]"),
      to: "manifest.yaml")

    let result = try await Program.run(["run", "manifest.yaml", "--local", "--speed", "1000"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    let files = folder.url.appendingPathComponent(".outhaul/local/exports/files")
    let names = try FileManager.default.subpathsOfDirectory(atPath: files.path)
    #expect(names.count { $0.hasSuffix("/part-00000.json") } == 8)
    #expect(names.count { $0.hasSuffix("/part-00000.csv") } == 8)
    #expect(names.count { $0.hasSuffix("/MANIFEST.json") } == 16)
  }

  @Test func `a second rehearsal leaves the first alone, with one sentence and 75`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 7, apps: 2), to: "manifest.yaml")
    let first = try Program.start(["run", "manifest.yaml", "--local", "--speed", "100"], in: folder.url)
    #expect(await first.send(SIGSTOP) { $0.contains("jobs due") })

    let second = try await Program.run(["run", "manifest.yaml", "--local", "--speed", "100"], in: folder.url)
    first.send(SIGCONT)
    let result = try await first.finish()

    #expect(second.status == 75)
    #expect(second.errors.hasPrefix("error: the state directory is in use by another run (process "))
    #expect(second.errors.split(separator: "\n").count == 1)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("All 64 jobs done and verified"))
  }

  @Test func `a storage key that is refused is 77 before anything is submitted`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(
      Self.run + cloud.variables, in: folder.url,
      environment: cloud.environment.merging(["STAGING_KEY": "bm90IHRoZSBrZXk="]) { $1 })

    #expect(result.status == 77, "\(result.output) \(result.errors)")
    #expect(result.output.contains("storage answered 403 AuthenticationFailed"))
    #expect(try await cloud.statistics().tasks == 0)
  }

  @Test func `what cannot be read or written is told in the system's own words`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let directory = try await Program.run(["validate", "."], in: folder.url)
    let plan = try await Program.run(["plan", "manifest.yaml", "-o", "none/plan.json"], in: folder.url)
    let state = try await Program.run(["run", "manifest.yaml", "--local", "--state", "/proc/none"], in: folder.url)

    #expect(directory.errors == "error: cannot read '.': Is a directory\n")
    #expect(directory.status == 65)
    #expect(plan.errors == "error: cannot write 'none/plan.json': No such file or directory\n")
    #expect(plan.status == 70)
    #expect(state.errors.hasPrefix("error: cannot make the state directory /proc/none/local: "))
    #expect(state.status == 70)
    #expect(!(plan.errors + state.errors).contains("Cocoa"))
  }

  @Test func `options of the local cloud without it are a mistake`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(["run", "manifest.yaml", "--speed", "9"], in: folder.url)

    #expect(result.status == 64)
    #expect(result.errors.contains("--fault and --speed are of the local cloud; they go with --local"))
  }

  @Test func `one mistake neither hides another nor makes up one`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1)
        .replacing("every: day, last: 1d, zone: UTC", with: "every: day, from: 2016-02-30, zone: Europe/Pris")
        .replacing("staging_key: {env: STAGING_KEY}", with: "staging_key: {envy: STAGING_KEY}"), to: "manifest.yaml")

    let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

    let headlines = result.errors.split(separator: "\n").filter { $0.contains("error: ") }.map {
      $0.split(separator: "error: ")[1]
    }
    #expect(
      headlines == [
        "unknown key 'envy' in the secret 'staging_key' [M001]", "'2016-02-30' is not a day for 'from' [M016]",
        "unknown time zone 'Europe/Pris' [P001]",
      ])
  }
}
