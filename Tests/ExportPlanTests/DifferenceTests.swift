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
        == #"{"added":0,"changed":1,"diff":1,"differs":true,"groups":[{"apps":["android"],"change":"key","count":1,"datasets":["event"],"#
        + #""export":"history","first":"2016-02-01","jobs":["history/android/event/2016-02-01"],"kind":"changed","#
        + #""last":"2016-02-01","ranges":1}],"removed":0,"settings":[]}"#)
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
        + history/android/event/2016-02-02
        + history/ios/event/2016-02-02
        ```
        </details>
        """)
  }

  @Test func `what is new of a changed job is told`() throws {
    let old = try plan(through: "2016-02-01", datasets: ["event", "job"])
    var new = old
    new.jobs[0].key = JobKey(Digest(of: "another"))
    new.gates = [PlannedGate(name: "history/ios", members: [2])]
    new.jobs[1].after = [0]
    new.jobs[3].sent = SentWindow(start: "2016-02-01T00:00:00Z", end: "2016-02-02T00:00:00Z")

    let difference = PlanDifference(from: old, to: new)

    #expect(
      difference.render(as: .text) == """
        3 jobs changed
          ~ history, 2016-02-01: 1 job changed (another key: exported again): android; event
          ~ history, 2016-02-01: 1 job changed (waits for something else): android; job
          ~ history, 2016-02-01: 1 job changed (sent otherwise): ios; job
        """)
    #expect(difference.render(as: .markdown).contains("| changed: sent otherwise | history | 2016-02-01 | 1 |"))
    #expect(difference.render(as: .json).contains(#""change":"waits""#))
  }

  @Test func `more than fifty ranges of one kind are summed up unless all are asked for`() throws {
    let whole = try plan(through: "2016-02-19", from: "2015-06-01")
    let days = whole.jobs.map(\.label)
    let odd = whole.jobs.indices.filter {
      days[$0].hasSuffix("1") || days[$0].hasSuffix("5") || days[$0].hasSuffix("8")
    }
    let left = try Selection(exclude: ["window:*1", "window:*5", "window:*8"]).applied(to: whole).plan

    let difference = PlanDifference(from: whole, to: left)

    #expect(
      difference.render(as: .text) == """
        \(odd.count) jobs removed
          - history, 2015-06-01 to 2016-02-18 in \(difference.groups.count) ranges: \(odd.count) jobs removed: \
        android, ios; event
        """)
    #expect(difference.groups.count > 50)
    #expect(difference.render(as: .json).contains(#""ranges":\#(difference.groups.count)}"#))
    let all = difference.render(as: .text, listsJobs: true)
    #expect(all.split(separator: "\n").count == 1 + difference.groups.count + odd.count)
  }

  @Test func `what changed alike for many names is one line, and many lines are summed up`() throws {
    let old = try plan(through: "2016-02-01")
    var before = old
    before.apps += (1...30).map {
      PlannedApp(name: "a\($0)", parameters: ["app": .string("x\($0)")], labels: ["tier": "gold"])
    }
    var after = before
    for index in 2..<after.apps.count {
      after.apps[index].labels = ["tier": "silver"]
      after.apps[index].parameters["app"] = .string("y\(index)")
    }
    after.apps[0].labels["os"] = "other"

    let difference = PlanDifference(from: before, to: after)

    #expect(
      difference.render(as: .text) == """
        61 settings changed
          ~ apps/*/labels/tier: "gold" -> "silver" (30 apps, such as a1, a10, a11)
          ~ apps/*/with/app: various -> various (30 apps, such as a1, a10, a11)
          ~ apps/android/labels/os: "android" -> "other"
        """)
    #expect(
      difference.render(as: .markdown).contains(
        #"| apps/*/labels/tier (30 apps, such as a1, a10, a11) | "gold" | "silver" |"#))
    #expect(
      difference.render(as: .json).contains(
        #"{"after":"silver","before":"gold","count":30,"names":["a1","a10","a11","a12","#))
    #expect(difference.render(as: .text, listsJobs: true).contains(#"  ~ apps/a17/with/app: "x17" -> "y18""#))
    #expect(difference.render(as: .text, listsJobs: true).split(separator: "\n").count == 62)
  }
}
