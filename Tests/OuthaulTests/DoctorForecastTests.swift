// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

/// How long a given signature lives, held against what the ledger and the limits say of the next run.
@Suite struct DoctorForecastTests {
  private static let asOf = Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)
  /// Nobody is there: what a signature says of itself is told all the same.
  private static let nowhere = ["base=http://127.0.0.1:1", "authority=http://127.0.0.1:1"]

  private static let manifest = SampleManifest.nightly(days: 1, apps: 1)
    .replacing("account_key: \"${secret.staging_key}\"", with: "sas: \"${secret.staging_key}\"")
    .replacing("container: https://contoso.blob.core.windows.net/staging", with: "container: http://127.0.0.1:1/acct/c")

  /// A folder with the manifest, and a ledger in which some jobs are done, each after an hour.
  private static func world(
    _ manifest: String = manifest, done isDone: (String) -> Bool
  ) async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(manifest, to: "manifest.yaml")
    let project = try Project(
      path: folder.url.appendingPathComponent("manifest.yaml").path,
      variables: Dictionary(
        uniqueKeysWithValues: nowhere.map { text in
          let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
          return (parts[0], parts[1])
        }), environment: [:])
    let file = PlanFile(try project.expand(asOf: asOf))
    let plan = file.plan
    let titles = Dictionary(uniqueKeysWithValues: plan.jobs.map { ($0.key, plan.title(of: $0)) })
    let journal = try Journal(directory: folder.url.appendingPathComponent(".outhaul"), now: asOf)
    try await journal.begin(
      RunHeader(
        id: "r-1", started: asOf, plan: file.digest, name: "nightly", dues: plan.jobs.map { _ in .neverExported }))
    let good = Verification(
      .verified, artifacts: [Artifact(name: "a.json", bytes: 2, sha256: Digest(of: "[]"), rows: 0)])
    for (key, title) in titles where isDone(title) {
      let hour = asOf.advanced(by: .seconds(3600))
      try await journal.append(
        [
          JournalEvent(.intent(attempt: 1), of: key, at: asOf),
          JournalEvent(.submitted(attempt: 1, task: title, requestID: nil), of: key, at: asOf),
          JournalEvent(.succeeded(attempt: 1), of: key, at: hour),
          JournalEvent(.verified(attempt: 1, good), of: key, at: hour),
        ], titles: [key: title])
    }
    await journal.close()
    return folder
  }

  /// The line about the time that is left, for a signature that lives so long.
  private static func line(_ folder: borrowing TemporaryFolder, left: TimeInterval) async throws -> String {
    let end = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: left))
    let result = try await Program.run(
      ["doctor", "manifest.yaml", "--as-of", asOf.description] + nowhere.flatMap { ["--var", $0] }, in: folder.url,
      environment: ["ENGAGEMENT_SECRET": "x", "STAGING_KEY": "sv=2021-12-02&sr=c&sp=rwl&se=\(end)&sig=x"])
    let told = result.output.replacing(#/\n {9,}/#, with: " ")
    return told.split(separator: "\n").first { $0.contains("staging, time left") }.map(String.init) ?? told
  }

  @Test func `a signature that outlives the run is good, and one that does not is warned of`() async throws {
    // The snapshots are due at the as-of instant alone: today they have long been missed.
    let folder = try await Self.world { $0.hasPrefix("history/") }

    let enough = try await Self.line(folder, left: 7255)
    let short = try await Self.line(folder, left: 1855)

    #expect(
      enough
        == "ok       destination staging, time left: 2h left, and a run takes 1h at least, by what earlier tasks took")
    #expect(
      short
        == "warning  destination staging, time left: 30m left, and a run takes 1h at least, by what earlier tasks took "
        + "-> have a SAS made that lives longer, or run a part with --select")
  }

  @Test func `where nothing is due, no time is needed`() async throws {
    let folder = try await Self.world { _ in true }

    let line = try await Self.line(folder, left: 655)

    #expect(line == "ok       destination staging, time left: 10m left, and nothing is due")
  }

  @Test func `without earlier tasks a day is wanted`() async throws {
    let folder = try await Self.world { _ in false }

    let enough = try await Self.line(folder, left: 86_455)
    let short = try await Self.line(folder, left: 655)

    #expect(
      enough == "ok       destination staging, time left: 1d left; no earlier task tells how long a run takes")
    #expect(
      short
        == "warning  destination staging, time left: 10m left; no earlier task tells how long a run takes "
        + "-> have a SAS made that lives for a day at least")
  }

  @Test func `limits of a day count without earlier tasks`() async throws {
    let manifest = """
      manifest: 1
      name: small
      variables: {base: x, authority: x}
      secrets: {staging_key: {env: STAGING_KEY}}
      services: {small: {use: ./small.yaml, base: "${var.base}", with: {account: a}, credential: none}}
      destinations: {staging: {azure_container: "http://127.0.0.1:1/acct/c", sas: "${secret.staging_key}"}}
      apps: {one: {with: {app: "${var.authority}"}}}
      exports:
        rows: {service: small, apps: all, datasets: rows, destination: staging, window: {every: day, last: 7d}}

      """
    let folder = try TemporaryFolder()
    try folder.write(manifest, to: "manifest.yaml")
    try folder.write(
      StoppableService.description.replacing(
        "limits: {active: 8}", with: "limits: {active: 8, starts: [{max: 2, every: 1d}]}"), to: "small.yaml")

    let enough = try await Self.line(folder, left: 864_055)
    let short = try await Self.line(folder, left: 86_455)

    let words = "; no earlier task tells how long a run takes, and the service's limits make it 3d at least"
    #expect(enough == "ok       destination staging, time left: 10d left\(words)")
    #expect(
      short
        == "warning  destination staging, time left: 1d left\(words) "
        + "-> have a SAS made that lives longer, or run a part with --select")
  }
}
