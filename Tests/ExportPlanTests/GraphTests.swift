// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct GraphTests {
  private func plan(through: String) throws -> Plan {
    let exports = [
      Sample.export("first", datasets: ["tag"]),
      Sample.export(
        "second", datasets: ["event"], window: Sample.window(from: "2016-01-01", through: through), after: ["first"]),
    ]
    let (plan, diagnostics) = Planner(
      Sample.manifest(exports), traits: ["engagement": Sample.traits], inputs: [],
      asOf: Instant("2016-12-10T12:00:00Z") ?? Instant(seconds: 0)
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  @Test func `above two hundred nodes exports are drawn instead of jobs`() throws {
    let plan = try plan(through: "2016-06-30")

    #expect(
      PlanGraph.text(of: plan, as: .mermaid) == """
        flowchart LR
          e0["first: 2 jobs"]
          e1["second: 364 jobs"]
          e0 --> e1

        """)
    #expect(
      PlanGraph.text(of: plan, as: .dot) == """
        digraph "sample" {
          rankdir=LR;
          node [shape=box];
          e0 [label="first: 2 jobs"];
          e1 [label="second: 364 jobs"];
          e0 -> e1;
        }

        """)
    #expect(PlanGraph.text(of: plan, as: .dot, isFolded: false).contains("second"))
  }

  @Test func `the graph is JSON as well, jobs or exports`() throws {
    let plan = try plan(through: "2016-01-01")
    let jobs = try JSONValue(parsing: PlanGraph.text(of: plan, as: .json))
    let exports = try JSONValue(parsing: PlanGraph.text(of: plan, as: .json, isFolded: true))

    #expect(jobs["folded"] == false)
    #expect(jobs["nodes"]?.array?.count == 4 + 2)
    #expect(jobs["edges"]?.array?.first == ["from": "j0", "to": "g0"])
    #expect(
      exports == [
        "folded": true, "graph": 1, "name": "sample", "edges": [["from": "e0", "to": "e1"]],
        "nodes": [["id": "e0", "jobs": 2, "title": "first"], ["id": "e1", "jobs": 2, "title": "second"]],
      ])
  }
}
