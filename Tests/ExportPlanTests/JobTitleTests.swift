// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

/// One rule for what jobs are called, wherever they are named.
@Suite struct JobTitleTests {
  /// An export of one format, and one of two.
  private func plan() throws -> Plan {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-01")
    let exports = [
      Sample.export("one", datasets: ["job"], formats: ["csv"], window: window),
      Sample.export("two", datasets: ["event"], formats: ["json", "csv"], window: window),
    ]
    let (plan, diagnostics) = Planner(
      Sample.manifest(exports, apps: ["ios"]), traits: ["engagement": Sample.traits], inputs: [],
      asOf: Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  private static let titles = [
    "one/ios/job/2016-02-01", "two/ios/event/json/2016-02-01", "two/ios/event/csv/2016-02-01",
  ]

  @Test func `a title has the format where its export has several`() throws {
    let plan = try plan()

    #expect(plan.jobs.map { plan.title(of: $0) } == Self.titles)
  }

  @Test func `every title finds its job, and selects it alone`() throws {
    let plan = try plan()

    for (index, title) in Self.titles.enumerated() {
      let selected = try Selection(select: [title]).applied(to: plan).plan
      #expect(try plan.job(named: title) == index)
      #expect(selected.jobs.map(\.key) == [plan.jobs[index].key])
    }
  }

  @Test func `no two nodes of a drawing have one label`() throws {
    let plan = try plan()

    #expect(
      PlanGraph.text(of: plan, as: .mermaid) == """
        flowchart LR
          subgraph e0["one"]
            j0["ios job 2016-02-01"]
          end
          subgraph e1["two"]
            j1["ios event json 2016-02-01"]
            j2["ios event csv 2016-02-01"]
          end

        """)
  }

  @Test func `a difference names jobs by the same rule`() throws {
    let difference = PlanDifference(from: try plan().emptied, to: try plan())

    #expect(
      difference.render(as: .text, listsJobs: true).split(separator: "\n").filter { $0.hasPrefix("      ") }
        .map { $0.drop { $0 == " " } }
        == [Self.titles[0], Self.titles[2], Self.titles[1]].map { Substring($0) })
  }
}

extension Plan {
  fileprivate var emptied: Plan {
    var plan = self
    plan.jobs = JobTable()
    return plan
  }
}
