// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct JobSubjectTests {
  private func plan() throws -> Plan {
    let exports = [
      Sample.export(
        "history", datasets: ["event", "job"], formats: ["json", "csv"],
        window: Sample.window(from: "2016-01-30", through: "2016-02-01"))
    ]
    let (plan, diagnostics) = Planner(
      Sample.manifest(exports), traits: ["engagement": Sample.traits], inputs: [],
      asOf: Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  @Test func `a job is found by its key, by digits of it and by its title with the format`() throws {
    let plan = try plan()

    for (index, job) in plan.jobs.enumerated() {
      let title = "history/\(plan.apps[job.app].name)/\(job.dataset)/\(job.format)/\(job.label)"
      #expect(try plan.job(named: job.key.hex) == index)
      #expect(try plan.job(named: job.key.short.uppercased()) == index)
      for digits in [6, 15, 16, 17, 40] { #expect(try plan.job(named: String(job.key.hex.prefix(digits))) == index) }
      #expect(try plan.job(named: title) == index)
    }
  }

  @Test func `a title of two formats is two jobs`() throws {
    let plan = try plan()

    #expect {
      try plan.job(named: "history/ios/event/2016-01-31")
    } throws: {
      "\($0)"
        == "'history/ios/event/2016-01-31' is 2 jobs: history/ios/event/json/2016-01-31, history/ios/event/csv/2016-01-31"
    }
  }

  @Test(arguments: [
    ("history/iso/evnt/2016-01-31", "did you mean 'history/ios/event/json/2016-01-31'?"),
    ("histroy/ios/event/csv/2016-01-31", "did you mean 'history/ios/event/csv/2016-01-31'?"),
    ("history/ios/event/2016-03-31", "history/ios/event has 2016-01-30 to 2016-02-01"),
    ("history/windows/event/2016-01-31", "expected one of android, ios"),
    ("weekly/ios/event/2016-01-31", "expected one of history"),
    ("history/ios", "write EXPORT/APP/DATASET/WINDOW, or six digits of its key"),
    ("12345", "write EXPORT/APP/DATASET/WINDOW, or six digits of its key"),
    ("000000000000", "no key begins so"),
    ("00000000000000000000", "no key begins so"),
    ("ａｂｃｄｅｆ", "no key begins so"),
  ])
  func `a job that is not there is told with what is like it`(subject: String, help: String) throws {
    let plan = try plan()

    #expect { try plan.job(named: subject) } throws: { "\($0)" == "the plan has no job '\(subject)': \(help)" }
  }
}
