// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// What runs against the stand-in read. `baseline.py` makes the same jobs.
extension Inputs {
  /// Apps × datasets × days are the jobs, and only the days are more where there are more jobs.
  private static let (runApps, runDatasets) = (10, 4)

  /// The manifest of a run: its description allows as many tasks at once as the run has in flight, and its first
  /// intervals are those of the plain script.
  /// - Parameters:
  ///   - description: the bundled one's file.
  ///   - address: of the stand-in, which has another one each time.
  static func writeRun(_ run: RunCase, description: String, address: String, in folder: WorkFolder) throws {
    try writeDescription(of: run, from: description, in: folder)
    var file = try TextFile(folder.path(of: runManifest))
    let most = "limits: {active: \(run.inFlight), active_per_app: \(run.inFlight)}"
    try file.line("manifest: 1")
    try file.line("name: run")
    try file.line("secrets: {token: {env: TOKEN}, sas: {env: \(run.readsFiles ? "SAS" : "SAS_LISTS")}}")
    try file.line("services:")
    try file.line("  engagement:")
    try file.line("    use: ./run-service.yaml")
    try file.line("    base: \(address)")
    try file.line("    with: {subscription: 00000000-0000-0000-0000-000000000001, resource_group: shops}")
    try file.line(#"    credential: {bearer: "${secret.token}"}"#)
    try file.line("    \(most)")
    try file.line(#"destinations: {lake: {azure_container: \#(address)/contoso/exports, sas: "${secret.sas}"}}"#)
    try file.line("defaults: {destination: lake}")
    try file.line("apps:")
    for app in 0..<runApps { try file.line("  shop-\(app): {with: {collection: shop, app: shop-\(app)}}") }
    try file.line("exports:")
    try file.line("  days:")
    try file.line("    service: engagement")
    try file.line("    apps: all")
    try file.line("    datasets: [activity, event, job, error]")
    let days = run.jobs / runApps / runDatasets
    try file.line("    window: {every: day, from: 2009-01-01, to: \(day(days))}")
    try file.close()
  }

  static let runManifest = "run.yaml"

  /// Behind all windows.
  static let runAsOf = "2020-01-01T00:00:00Z"

  private static func writeDescription(of run: RunCase, from path: String, in folder: WorkFolder) throws {
    guard let data = FileManager.default.contents(atPath: path) else { throw Failure("cannot read '\(path)'") }
    var file = try TextFile(folder.path(of: "run-service.yaml"))
    var changed = 0
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      let changes = [
        "service: ": "service: stand-in",
        "limits: ": "limits: {active: \(run.inFlight), active_per_app: \(run.inFlight)}",
        "  first: ": "  first: 1ms", "  every: ": "  every: 100ms",
      ]
      let change = changes.first { line.hasPrefix($0.key) }
      if change != nil { changed += 1 }
      try file.line(change?.value ?? String(line))
    }
    try file.close()
    guard changed == 4 else { throw Failure("'\(path)' is not the description that this was written for") }
  }

  /// So many days after the first of 2009.
  private static func day(_ days: Int) -> String {
    let text = Date(timeIntervalSince1970: 1_230_768_000 + Double(days) * 86_400).formatted(.iso8601)
    return String(text.prefix(10))
  }
}
