// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

/// What a plan carries of `priority`, `limits` and `verify`, and that jobs are the same with and without.
@Suite struct ExportSettingsTests {
  private func plan(_ change: (inout ExportSetting) -> Void) throws -> Plan {
    var export = Sample.export("a", datasets: ["tag"])
    change(&export)
    let (plan, problems) = Planner(
      Sample.manifest([export]), traits: ["engagement": Sample.traits], inputs: [],
      asOf: Instant(seconds: 1_480_000_000)
    ).plan()
    #expect(problems.isEmpty)
    return try #require(plan)
  }

  @Test func `a plan file carries what runs need, and is read back the same`() throws {
    let plan = try plan {
      $0.priority = -7
      $0.limits = LimitSetting(active: Sample.located(3))
      $0.verify = VerifySetting(minRows: 2, insideWindow: false)
    }
    let file = PlanFile(plan)
    let text = String(decoding: file.bytes, as: UTF8.self)

    #expect(text.contains(#""limits":{"active":3},"name":"a","options":{},"priority":-7,"retry":"#), "\(text)")
    #expect(text.contains(#""verify":{"inside_window":false,"min_rows":2,"schema":true}}"#), "\(text)")
    #expect(try PlanFile(parsing: file.bytes).plan == plan)
  }

  @Test func `a cool-down and what follows a deadline are carried and told`() throws {
    let (old, new) = (
      try plan { _ in },
      try plan {
        $0.retry.coolDown = .seconds(90)
        $0.timeouts.then = .resubmit
      }
    )
    let file = PlanFile(new)
    let text = String(decoding: file.bytes, as: UTF8.self)

    #expect(
      text.contains(#""retry":{"attempts":5,"cool_down":"1m30s","factor":2,"first":"1s","most":"1m"}"#), "\(text)")
    #expect(text.contains(#""running":"12h","then":"resubmit","total":"1d"}"#), "\(text)")
    #expect(try PlanFile(parsing: file.bytes).plan == new)
    #expect(old.jobs.map(\.key) == new.jobs.map(\.key))
    #expect(
      PlanDifference(from: old, to: new).settings.map { "\($0.path) \($0.before ?? "-") \($0.after ?? "-")" } == [
        #"exports/a/retry/cool_down - "1m30s""#, #"exports/a/timeouts/then - "resubmit""#,
      ])
  }

  @Test(arguments: [
    (#""cool_down":"1m30s""#, #""cool_down":90"#, "exports/0/retry"),
    (#""then":"resubmit""#, #""then":"retry""#, "exports/0/timeouts"),
  ])
  func `a cool-down or a policy of another kind is refused by its path`(old: String, new: String, path: String) throws {
    let plan = try plan {
      $0.retry.coolDown = .seconds(90)
      $0.timeouts.then = .resubmit
    }
    let text = String(decoding: PlanFile(plan).bytes, as: UTF8.self)
    #expect(text.contains(old))

    #expect(throws: PlanFileError.member(path)) { try PlanFile(parsing: Array(text.replacing(old, with: new).utf8)) }
  }

  @Test func `what is as it is without being said is not written`() throws {
    let text = String(decoding: PlanFile(try plan { _ in }).bytes, as: UTF8.self)

    for word in ["priority", "limits\":{\"active\":null", "verify", "cool_down", "then"] {
      #expect(!text.contains(word))
    }
  }

  @Test func `no key of a job depends on them, and a difference tells them`() throws {
    let (old, new) = (
      try plan { _ in },
      try plan {
        $0.priority = 9
        $0.verify.schema = false
        $0.limits.activePerApp = Sample.located(1)
      }
    )

    #expect(old.jobs.map(\.key) == new.jobs.map(\.key))
    #expect(
      PlanDifference(from: old, to: new).settings.map { "\($0.path) \($0.before ?? "-") \($0.after ?? "-")" } == [
        "exports/a/limits/active_per_app - 1", "exports/a/priority 0 9", "exports/a/verify/schema true false",
      ])
  }

  @Test(arguments: [
    ("\"active\":3", "\"active\":0", "exports/0/limits"), ("\"active\":3", "\"active\":\"3\"", "exports/0/limits"),
    ("\"priority\":-7", "\"priority\":\"-7\"", "exports/0/priority"),
    ("\"min_rows\":2", "\"min_rows\":true", "exports/0/verify"),
  ])
  func `settings of another kind are refused by their path`(old: String, new: String, path: String) throws {
    let plan = try plan {
      $0.priority = -7
      $0.limits = LimitSetting(active: Sample.located(3))
      $0.verify = VerifySetting(minRows: 2)
    }
    let text = String(decoding: PlanFile(plan).bytes, as: UTF8.self)
    #expect(text.contains(old))

    #expect(throws: PlanFileError.member(path)) { try PlanFile(parsing: Array(text.replacing(old, with: new).utf8)) }
  }
}
