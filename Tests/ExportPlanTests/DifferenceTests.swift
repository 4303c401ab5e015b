// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct DifferenceTests {
  private func plan(
    through: String, datasets: [String] = ["event"], from: String = "2016-02-01", ripeAfter: Duration = .zero
  ) throws -> Plan {
    let window = Sample.window(from: from, through: through, ripeAfter: ripeAfter)
    let (plan, diagnostics) = Planner(
      Sample.manifest([Sample.export("history", datasets: datasets, window: window)]),
      traits: ["engagement": Sample.traits], inputs: [], asOf: Instant("2016-02-20T12:00:00Z") ?? Instant(seconds: 0)
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  @Test func `a plan does not differ from itself`() throws {
    let plan = try plan(through: "2016-02-03")

    let difference = PlanDifference(from: plan, to: plan)

    #expect(difference.isEmpty)
    #expect(difference.render(as: .text) == "no difference")
  }

  @Test func `jobs are grouped over windows that follow one another`() throws {
    let difference = PlanDifference(
      from: try plan(through: "2016-02-03"),
      to: try plan(through: "2016-02-06", datasets: ["event", "job"], from: "2016-02-02", ripeAfter: .seconds(3600)))

    #expect(
      difference.render(as: .text) == """
        16 jobs added, 2 jobs removed, 1 setting changed
          + history, 2016-02-02 to 2016-02-03: 4 jobs added: android, ios; job
          + history, 2016-02-04 to 2016-02-06: 12 jobs added: android, ios; event, job
          - history, 2016-02-01: 2 jobs removed: android, ios; event
          ~ exports/history/ripe_after: "0s" -> "1h"
        """)
  }

  @Test func `a job under another key is a changed one`() throws {
    let old = try plan(through: "2016-02-01")
    var new = old
    new.jobs[0].key = JobKey(Digest(of: "another"))

    let difference = PlanDifference(from: old, to: new)

    #expect(difference.count(.changed) == 1)
    #expect(
      difference.render(as: .json, listsJobs: true)
        == #"{"added":0,"changed":1,"differs":true,"groups":[{"apps":["android"],"count":1,"datasets":["event"],"#
        + #""export":"history","first":"2016-02-01","jobs":["history/android/event/json/2016-02-01"],"kind":"changed","#
        + #""last":"2016-02-01"}],"removed":0,"settings":[]}"#)
  }

  @Test func `Markdown is a table that a pull request shows`() throws {
    let difference = PlanDifference(from: try plan(through: "2016-02-01"), to: try plan(through: "2016-02-02"))

    #expect(
      difference.render(as: .markdown, listsJobs: true) == """
        **Export plan:** 2 jobs added

        | | export | windows | jobs | apps | datasets |
        |---|---|---|---:|---|---|
        | added | history | 2016-02-02 | 2 | android, ios | event |

        <details><summary>Every job</summary>

        ```
        + history/android/event/json/2016-02-02
        + history/ios/event/json/2016-02-02
        ```
        </details>
        """)
  }
}
