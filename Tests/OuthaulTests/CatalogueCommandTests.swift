// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Manifests whose apps and campaigns only the service knows, through the whole program.
@Suite struct CatalogueCommandTests {
  private static let asOf = ["--as-of", "2016-02-10T12:00:00Z"]

  /// Discovers its apps, and asks for campaigns that are finished.
  private static func manifest(apps: String = "discover: engagement") -> String {
    SampleManifest.nightly(days: 1, apps: 1)
      .replacing("  app-1: {with: {collection: contoso, app: app-1}}", with: "  \(apps)")
      .replacing("active_in: window", with: "all: finished")
  }

  @Test func `validate uses no network, checks the rest, and says what it did not ask`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(), to: "manifest.yaml")
    let unfit = Self.manifest().replacing("last: 1d, zone: UTC", with: "last: 1d, zone: Europe/Paris")
    try folder.write(unfit, to: "unfit.yaml")

    let text = try await Program.run(["validate", "manifest.yaml"], in: folder.url)
    let json = try await Program.run(["validate", "manifest.yaml", "--output", "json"], in: folder.url)
    let refused = try await Program.run(["validate", "unfit.yaml"], in: folder.url)

    #expect(text.status == 0)
    #expect(
      text.output == "manifest.yaml: valid as far as can be told without asking for the catalogue of 'engagement', "
        + "'campaigns.all' of 'snapshots'\n")
    #expect(
      json.output == #"{"awaits":["the catalogue of 'engagement'","'campaigns.all' of 'snapshots'"],"diagnostics":[],"#
        + #""dst":[],"valid":true,"validate":1}"# + "\n")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("[P005]"))
  }

  @Test func `a rehearsed plan is the same whenever and wherever it is made`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(), to: "here/manifest.yaml")
    try folder.write(Self.manifest(), to: "there/manifest.yaml")
    let options = Self.asOf + ["--local", "--output", "json"]

    let here = try await Program.run(["plan", "here/manifest.yaml"] + options, in: folder.url)
    let there = try await Program.run(
      ["plan", "manifest.yaml"] + options, in: folder.url.appendingPathComponent("there"),
      environment: ["TZ": "Pacific/Apia", "LANG": "tr_TR.UTF-8"])

    #expect(here.status == 0)
    #expect(here.output == there.output)
    #expect(
      here.errors.hasPrefix(
        """
        manifest.yaml:42:49: warning: 'campaigns.all' finds nothing for 'club.beta', 'shop.beta': no 'push' is planned
        """.replacing("manifest.yaml", with: "here/manifest.yaml")), "\(here.errors)")
  }

  @Test(arguments: ["exclude: [{app: shop*}]", "include: [{labels: {tier: gold}}]"])
  func `a catalogue without an app that fits is told once, without what follows from it`(line: String) async throws {
    let folder = try TemporaryFolder()
    let manifest = Self.manifest(apps: "discover: {service: engagement, match: [\"zzz*\"]}")
    try folder.write(
      manifest.replacing("    datasets: [activity", with: "    \(line)\n    datasets: [activity"), to: "manifest.yaml")

    let result = try await Program.run(["plan", "manifest.yaml", "--local"] + Self.asOf, in: folder.url)

    #expect(result.status == 65)
    #expect(result.errors.contains("no app of the catalogue of 'engagement' is called 'zzz*' [P011]"))
    #expect(result.errors.hasSuffix("\n1 error\n"), "\(result.errors)")
  }

  @Test func `no word of the language is offered as an app`() async throws {
    let folder = try TemporaryFolder()
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
      .replacing("  app-1: {", with: "  discover: engagement\n  app-1: {")
      .replacing("apps: all\n    datasets: [activity", with: "apps: [nobody]\n    datasets: [activity")
    try folder.write(manifest, to: "manifest.yaml")

    let result = try await Program.run(["plan", "manifest.yaml", "--local"] + Self.asOf, in: folder.url)

    #expect(result.status == 65)
    #expect(result.errors.contains("unknown app 'nobody' [M101]"), "\(result.errors)")
    #expect(!result.errors.contains("discover,"), "\(result.errors)")
  }

  @Test func `a catalogue that changes is drift, and frozen it is not asked for`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(), to: "manifest.yaml")
    let small = try await CloudProcess(data: folder.url.appendingPathComponent("small"))
    let large = try await CloudProcess(
      data: folder.url.appendingPathComponent("large"), arguments: ["--app", "contoso/app-5"])
    let check = ["plan", "manifest.yaml", "--check", "plan.json"]

    let made = try await Program.run(
      ["plan", "manifest.yaml", "-o", "plan.json"] + Self.asOf + small.variables, in: folder.url,
      environment: small.environment)
    let same = try await Program.run(check + small.variables, in: folder.url, environment: small.environment)
    // The base is part of every key: both clouds are asked under one name.
    let other = zip(["--var"], ["base=\(large.endpoints.managementURL)"]).flatMap { [$0, $1] }
    let drifted = try await Program.run(
      check + small.variables + other, in: folder.url, environment: large.environment)
    // Nobody is asked: not even a secret is there.
    let frozen = try await Program.run(check + ["--frozen"] + small.variables, in: folder.url)

    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("  catalogue of engagement: 4 apps, sha256:"))
    #expect(same.output == "plan.json: up to date, 32 jobs\n", "\(same.errors)")
    #expect(drifted.status == 2, "\(drifted.errors)")
    #expect(drifted.output.contains("~ inputs/catalogue:engagement: "))
    #expect(drifted.output.contains("~ apps/app-5: "))
    #expect(frozen.status == 0, "\(frozen.errors)")
    #expect(frozen.output == "plan.json: up to date, 32 jobs\n")
  }

  @Test func `a rehearsal tells the warnings of a plan that only the service could complete`() async throws {
    let folder = try TemporaryFolder()
    let monthly = """
        monthly:
          service: engagement
          apps: all
          datasets: [event]
          window: {every: month, last: 1d, zone: UTC}

      """
    try folder.write(
      Self.manifest() + monthly, to: "manifest.yaml")

    let result = try await Program.run(
      ["run", "manifest.yaml", "--local", "--speed", "5000", "--select", "dataset:tag"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.components(separatedBy: "[P014]").count == 2, "\(result.errors)")
  }

  @Test func `a run of a frozen plan sends the ids that stand in it`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(apps: "discover: {service: engagement, match: [app-1]}"), to: "manifest.yaml")
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "500"])
    _ = try await Program.run(
      ["plan", "manifest.yaml", "-o", "plan.json"] + cloud.variables, in: folder.url, environment: cloud.environment)
    let plan = try String(contentsOf: folder.url.appendingPathComponent("plan.json"), encoding: .utf8)
    #expect(plan.contains(#""found":{"push":{"app-1":{"campaigns.ids":[154,158,162,166,170]}}}"#))

    let run = try await Program.run(["run", "plan.json"], in: folder.url, environment: cloud.environment)

    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("All 8 jobs done and verified"))
    let files = FileManager.default.enumerator(
      at: folder.url.appendingPathComponent("exports"), includingPropertiesForKeys: nil)
    let push = try #require(
      (files?.allObjects as? [URL])?.first { $0.path.contains("/push/") && $0.lastPathComponent.hasPrefix("part-") })
    let rows = try JSONDecoder().decode([Feedback].self, from: Data(contentsOf: push))
    #expect(Set(rows.map(\.campaignId)).sorted() == [154, 158, 162, 166, 170])
  }

  private struct Feedback: Decodable { var campaignId: Int }

  // MARK: apps

  @Test func `the list of apps can be pasted into a manifest and says the same`() async throws {
    let folder = try TemporaryFolder()
    let discovered = Self.manifest(apps: "discover: {service: engagement, labels: {tier: gold}}")
    try folder.write(discovered, to: "manifest.yaml")

    let list = try await Program.run(["apps", "manifest.yaml", "--local"], in: folder.url)
    let start = try #require(discovered.range(of: "apps:\n"))
    let end = try #require(discovered.range(of: "\ndefaults:"))
    try folder.write(
      discovered.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: list.output), to: "written.yaml")
    let plans = try await [("manifest.yaml", "a.json"), ("written.yaml", "b.json")].asyncMap { manifest, plan in
      try await Program.run(["plan", manifest, "--local", "-o", plan] + Self.asOf, in: folder.url).status
    }
    let diff = try await Program.run(["diff", "a.json", "b.json", "--output", "json"], in: folder.url)

    #expect(list.status == 0)
    #expect(
      list.output.wholeMatch(
        of: #/# catalogue:engagement, 6 apps, sha256:[0-9a-f]{64}\napps:\n(  [a-z.\-]+: \{with: .*\}\n){6}/#) != nil,
      "\(list.output)")
    #expect(
      list.output.contains(
        "  club.beta: {with: {app: beta, collection: club}, labels: {collection: club, platform: windows, tier: gold}}\n"
      ))
    #expect(plans == [0, 0])
    #expect(
      diff.output.hasPrefix(#"{"added":0,"changed":0,"diff":1,"differs":true,"groups":[],"removed":0"#),
      "\(diff.output)")
  }

  @Test func `one service's apps are listed as JSON, whatever the manifest discovers`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 2), to: "manifest.yaml")
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let apps = ["apps", "manifest.yaml"] + cloud.variables

    let list = try await Program.run(
      apps + ["--service", "engagement", "--match", "*-3", "--output", "json"], in: folder.url,
      environment: cloud.environment)
    let unsaid = try await Program.run(apps, in: folder.url, environment: cloud.environment)
    let unknown = try await Program.run(apps + ["--service", "engagment"], in: folder.url)
    let nothing = try await Program.run(
      apps + ["--service", "engagement", "--match", "nope"], in: folder.url, environment: cloud.environment)

    #expect(list.status == 0, "\(list.errors)")
    #expect(
      list.output.hasPrefix(#"{"apps":{"app-3":{"labels":{"collection":"contoso","platform":""#), "\(list.output)")
    #expect(unsaid.status == 64)
    #expect(
      unsaid.errors.hasPrefix("Error: the manifest discovers nothing; name a service with --service: engagement\n"))
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("did you mean 'engagement'?"))
    #expect(nothing.status == 65)
    #expect(nothing.errors.contains("no app of the catalogue of 'engagement' is called 'nope' [P011]"))
  }

  // MARK: Services that do not answer

  @Test func `a service out of reach is 69, a credential that is refused 77, a missing secret 77`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(), to: "manifest.yaml")
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let plan = ["plan", "manifest.yaml"] + cloud.variables

    let missing = try await Program.run(plan, in: folder.url)
    let refused = try await Program.run(plan, in: folder.url, environment: ["ENGAGEMENT_SECRET": "canary-wrong"])
    let nobody = try await Program.run(
      plan + ["--var", "base=http://127.0.0.1:1"], in: folder.url, environment: cloud.environment)

    // The key of the storage is not asked for: nothing is exported.
    #expect(missing.status == 77)
    #expect(
      missing.errors == "error: the secret 'engagement_secret' is missing: the environment variable ENGAGEMENT_SECRET "
        + "is not set\n")
    #expect(refused.status == 77)
    #expect(refused.errors.hasPrefix("error: the catalogue of 'engagement' cannot be read: the credential of client "))
    #expect(!refused.errors.contains("canary"))
    #expect(nobody.status == 69, "\(nobody.errors)")
    #expect(nobody.errors.hasPrefix("error: the catalogue of 'engagement' cannot be read: "))
  }

  @Test func `no campaign at all is refused before anything is sent`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1).replacing(
        "{type: announcement, active_in: window}", with: "{type: announcement, ids: []}"), to: "manifest.yaml")

    let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

    #expect(result.status == 65)
    #expect(result.errors.contains("error: 'campaigns.ids' is a list of whole numbers"), "\(result.errors)")
    #expect(result.errors.contains("write [159, 160]"))
  }

  @Test(arguments: [
    ["plan", "m.yaml", "--frozen"], ["plan", "m.yaml", "--check", "p.json", "--frozen", "--local"],
    ["apps", "m.yaml", "--match", "x"],
  ])
  func `options that mean nothing together are 64`(arguments: [String]) async throws {
    #expect(try await Program.run(arguments).status == 64)
  }
}

extension Array {
  fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async throws -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await body(element)) }
    return values
  }
}
