// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

@Suite struct ExplainJobTests {
  private static let asOf = ["--as-of", "2016-02-10T12:00:00Z"]

  @Test func `a job says where it comes from, what will be sent and what its key covers`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(
      ["explain", "history/app-1/event/2016-02-09", "manifest.yaml"] + Self.asOf, in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    let path =
      "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/MobileEngagement/providers/"
      + "Microsoft.MobileEngagement/appcollections/contoso/apps/app-1/devices/exportTasks/events?api-version=2014-12-01"
    let (key, mark) = try Self.names(result.output)
    #expect(
      result.output == """
        history/app-1/event/2016-02-09
          key          \(key)
          due          never exported
          comes from   manifest.yaml:43:3 the export 'history'
                       manifest.yaml:31:3 the app 'app-1'
                       manifest.yaml:45:11 its choice of apps
                       manifest.yaml:46:26 the dataset 'event'
                       manifest.yaml:47:13 its windows
                       manifest.yaml:13:3 the service 'engagement'
                       manifest.yaml:27:3 the destination 'files'
          window       2016-02-09T00:00:00Z to 2016-02-10T00:00:00Z, cut in UTC
          sent as      2016-02-09 to 2016-02-09
          format       json
          destination  files
          waits for    all of snapshots/app-1: 4 jobs
          awaited by   nothing

        What is sent
          POST https://management.azure.com\(path)
          {
            "containerUrl": "<secret>",
            "description": "outhaul:1:\(mark):1",
            "endDate": "2016-02-09",
            "exportFormat": "JsonBlob",
            "startDate": "2016-02-09"
          }

        What the key covers
          {
            "app": {
              "app": "app-1",
              "collection": "contoso"
            },
            "base": "https://management.azure.com",
            "dataset": "event",
            "destination": {
              "directory": "exports"
            },
            "format": "json",
            "options": {},
            "parameters": {
              "extended": true,
              "resource_group": "MobileEngagement",
              "subscription": "00000000-0000-0000-0000-000000000001"
            },
            "service": "azure-mobile-engagement",
            "v": 1,
            "window": {
              "end": "2016-02-10T00:00:00Z",
              "start": "2016-02-09T00:00:00Z"
            }
          }

        """)
  }

  private static func names(_ text: String) throws -> (key: Substring, mark: Substring) {
    let key = try #require(text.firstMatch(of: #/  key +([0-9a-f]{64})\n/#)).1
    let mark = try #require(text.firstMatch(of: #/outhaul:1:([a-z2-7]{32}):1/#)).1
    return (key, mark)
  }

  @Test func `a job of a plan file says where it stands by the ledger, and what waits for it`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1, attempts: 1), to: "manifest.yaml")
    _ = try await Program.run(["plan", "manifest.yaml", "-o", "plan.json"], in: folder.url)
    let run = try await Program.run(
      [
        "run", "plan.json", "--local", "--speed", "1000", "--select", "dataset:tag", "--select", "dataset:push",
        "--fault", "task:failed:x1", "--output", "json",
      ], in: folder.url)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let jobs = try #require(report["jobs"] as? [[String: Any]])
    let failed = try #require(jobs.first { $0["state"] as? String == "failed" }?["key"] as? String)
    let verified = try #require(jobs.first { $0["state"] as? String == "verified" }?["key"] as? String)
    let explain = { (key: String, more: [String]) in
      try await Program.run(["explain", key, "plan.json", "--state", ".outhaul/local"] + more, in: folder.url)
    }

    let bad = try await explain(String(failed.prefix(8)), [])
    let good = try await explain(verified, ["--output", "json"])

    #expect(bad.output.contains("\n  due           failed before\n  attempts      1\n"), "\(bad.output)")
    #expect(bad.output.contains("last failure  the task failed: "))
    #expect(bad.output.contains("\n  awaited by    history: 4 jobs\n"))
    #expect(bad.output.contains(":2\",\n"), "the next attempt has the next number")
    #expect(!bad.output.contains("comes from"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(good.output.utf8)) as? [String: Any])
    #expect(json["due"] as? String == "already exported")
    #expect(json["key"] as? String == verified)
    #expect((json["verification"] as? [String: Any])?["level"] as? String == "verified")
    #expect((json["awaited_by"] as? [[String: Any]])?.first?["jobs"] as? Int == 4)
  }

  @Test(arguments: [
    (Due.artifactMissing, "artifact missing, verified at ", "are no longer where they were put"),
    (.forced, "forced, verified at ", "asked for it once more with 'run --redo'"),
  ])
  func `a job that is wanted again says why and what follows`(reason: Due, standing: String, advice: String)
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    _ = try await Program.run(["plan", "manifest.yaml", "-o", "plan.json"] + Self.asOf, in: folder.url)
    let plan = try PlanFile(reading: folder.url.appendingPathComponent("plan.json").path).plan
    let key = plan.jobs.keys[try plan.job(named: "history/app-1/event/2016-02-09")]
    let now = Instant(seconds: 1_480_000_000)
    let journal = try Journal(directory: folder.url.appendingPathComponent(".outhaul"), now: now)
    try await journal.begin(
      RunHeader(
        id: "r", started: now, plan: Digest(of: "plan"), name: "nightly",
        dues: plan.jobs.map { _ in .neverExported }))
    let kinds: [JournalEvent.Kind] = [
      .intent(attempt: 1), .submitted(attempt: 1, task: "t", requestID: nil),
      .verified(attempt: 1, Verification(.verified, artifacts: [])), .wanted(reason),
    ]
    try await journal.append(kinds.map { JournalEvent($0, of: key, at: now) })
    await journal.close()

    let text = try await Program.run(["explain", key.short, "plan.json"], in: folder.url)
    let json = try await Program.run(["explain", key.short, "plan.json", "--output", "json"], in: folder.url)

    #expect(text.output.contains("  due          \(standing)2016-11-24T15:06:40Z\n"), "\(text.output)")
    #expect(text.output.contains(advice), "\(text.output)")
    #expect(try JSONValue(parsing: json.output.utf8)["advice"]?.string?.contains(advice) == true)
  }

  @Test func `a job that two exports want is found under both, and says so`() async throws {
    let folder = try TemporaryFolder()
    let manifest =
      SampleManifest.nightly(days: 2, apps: 1) + """
          weekly:
            service: engagement
            apps: all
            datasets: [event]
            window: {every: day, last: 1d, zone: UTC}

        """
    try folder.write(manifest, to: "manifest.yaml")
    _ = try await Program.run(["plan", "manifest.yaml", "-o", "plan.json"] + Self.asOf, in: folder.url)
    func explain(_ arguments: String...) async throws -> Program.Result {
      try await Program.run(["explain"] + arguments, in: folder.url)
    }

    let asOf = Self.asOf[1]
    let first = try await explain("history/app-1/event/2016-02-09", "manifest.yaml", "--as-of", asOf)
    let other = try await explain("weekly/app-1/event/2016-02-09", "manifest.yaml", "--as-of", asOf)
    let alone = try await explain("history/app-1/event/2016-02-08", "manifest.yaml", "--as-of", asOf)
    let json = try await explain(
      "weekly/app-1/event/2016-02-09", "manifest.yaml", "--as-of", asOf, "--output", "json")
    let planned = try await explain("history/app-1/event/2016-02-09", "plan.json")
    let unknown = try await explain("weekly/app-1/event/2016-02-09", "plan.json")

    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("\n  also wanted  manifest.yaml:49:3 by the export 'weekly'\n"), "\(first.output)")
    #expect(other.output == first.output)
    #expect(!alone.output.contains("also wanted"))
    #expect(json.output.contains(#""also_wanted_by":["weekly"]"#))
    #expect(planned.status == 0 && !planned.output.contains("also wanted"))
    #expect(unknown.status == 64)
  }

  @Test(arguments: [
    (["history/app-1/event/2016-02-09"], "say which manifest or plan has the job"),
    (["history/app-2/evnt/2016-02-09", "manifest.yaml"], "did you mean 'history/app-1/event/2016-02-09'?"),
    (["M001", "--state", "x"], "codes need no manifest"),
    (["abcdef", "plan.json", "--var", "a=b"], "a plan file is as it is"),
  ])
  func `a subject that is not there is 64 with what is like it`(arguments: [String], message: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let asOf = arguments.last == "manifest.yaml" ? Self.asOf : []

    let result = try await Program.run(["explain"] + arguments + asOf, in: folder.url)

    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func `no secret of the environment is in an explanation`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    for format in ["text", "json"] {
      let result = try await Program.run(
        ["explain", "history/app-1/event/2016-02-09", "manifest.yaml", "--output", format] + Self.asOf, in: folder.url,
        environment: ["ENGAGEMENT_SECRET": "canary-a", "STAGING_KEY": "canary-b"])
      #expect(result.status == 0)
      #expect(result.output.contains("<secret>"))
      #expect(!result.output.contains("canary"))
    }
  }
}
