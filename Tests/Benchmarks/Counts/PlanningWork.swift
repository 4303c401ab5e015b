// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

/// A manifest becomes a plan, and a plan becomes a file.
enum PlanningWork {
  /// Jobs are made, named by their digests, and connected.
  static func plan(_ folder: String) throws -> () throws -> Void {
    let planner = try planner(apps: 250)
    return { _ = try plan(planner, jobs: 100_000) }
  }

  /// The file is digested and written, piece by piece.
  static func file(_ folder: String) throws -> () throws -> Void {
    let plan = try plan(planner(apps: 50), jobs: 20_000)
    return {
      var bytes = 0
      PlanFile(plan).write { bytes += $0.count }
      guard bytes > plan.jobs.count else { throw Refusal(description: "the plan is not written") }
    }
  }

  private static func planner(apps: Int) throws -> Planner {
    let file = SourceFile(name: "manifest.yaml", text: CountedText.manyJobs(apps: apps))
    let manifest = try ReadingWork.manifest(file)
    let input = PlanInput(name: file.name, digest: Digest(of: file.bytes))
    return Planner(
      manifest, traits: ["engagement": traits], inputs: [input], asOf: Instant(seconds: 1_480_000_000))
  }

  private static func plan(_ planner: Planner, jobs: Int) throws -> Plan {
    guard let plan = planner.plan().plan, plan.jobs.count == jobs else {
      throw Refusal(description: "the plan is not made")
    }
    return plan
  }

  private static let traits = ServiceTraits(
    name: "azure-mobile-engagement", revision: 1, digest: Digest(of: "description"),
    base: "https://management.azure.com",
    parameters: [
      ParameterTraits("subscription", .text, isRequired: true),
      ParameterTraits("resource_group", .text, isRequired: true),
    ],
    appParameters: [
      ParameterTraits("collection", .text, isRequired: true), ParameterTraits("app", .text, isRequired: true),
    ],
    datasets: ["activity", "event", "job", "error", "crash", "session"].map { name in
      DatasetTraits(name: name, kind: .historical, window: WindowRule(unit: .day, render: .date, end: .included))
    },
    formats: ["json", "csv"], limits: ServiceLimits(active: 64, activePerApp: 64), recovery: .marked,
    polling: PollRule(first: .seconds(2), every: .seconds(2), growth: 1.5, most: .seconds(60)))
}
