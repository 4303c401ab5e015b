// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct SelectionTests {
  /// Snapshots of two apps, and two datasets of three days that wait for them.
  private func plan() throws -> Plan {
    let exports = [
      Sample.export("snapshots", datasets: ["tag"]),
      Sample.export(
        "history", datasets: ["event", "job"], window: Sample.window(from: "2016-01-30", through: "2016-02-01"),
        after: ["snapshots"]),
    ]
    let (plan, diagnostics) = Planner(
      Sample.manifest(exports), traits: ["engagement": Sample.traits], inputs: [],
      asOf: Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  private func titles(_ select: [String], _ exclude: [String] = []) throws -> [String] {
    let plan = try Selection(select: select, exclude: exclude).applied(to: try plan()).plan
    return plan.jobs.map { plan.title(of: $0) }
  }

  @Test(arguments: [
    ("history", 12), ("hist*", 12), ("export:snap*", 2), ("app:ios", 7), ("app:?os", 7), ("dataset:event", 6),
    ("format:json", 14), ("label:os=ios", 7), ("label:os=a*", 7), ("label:os", 14), ("label:os=none", 0),
    ("window:2016-01-31", 4), ("window:2016-01-31..2016-02-01", 8), ("window:2016-02-01..", 6), ("window:2016-01-*", 8),
    ("window:..2016-01-30", 4), ("*/ios/event", 3), ("history/ios/event/2016-01-31", 1), ("*/*/*/2016-02-10", 2),
    ("history/ios/event/json/2016-01-31", 1), ("*/*/*/json/2016-02-10", 2), ("*/*/*/csv/*", 0),
    ("export:history,app:ios,window:2016-01-31", 2), ("app:ios , dataset:tag", 1),
  ])
  func `an expression means the jobs that fit all its terms`(expression: String, count: Int) throws {
    #expect(try titles([expression]).count == count)
  }

  @Test func `several selections add up, and what is excluded is out`() throws {
    #expect(
      try titles(["snapshots/ios", "app:android,window:2016-01-31"], ["dataset:job"]) == [
        "snapshots/ios/tag/2016-02-10", "history/android/event/2016-01-31",
      ])
  }

  @Test func `what is left is a plan of its own, with its gates cut to its jobs`() throws {
    let selected = try Selection(select: ["app:ios"], exclude: ["window:2016-01-30"]).applied(to: try plan())

    #expect(selected.total == 14)
    #expect(selected.unawaited.isEmpty)
    #expect(selected.plan.apps.map(\.name) == ["ios"])
    #expect(selected.plan.gates == [PlannedGate(name: "snapshots/ios", members: [0])])
    #expect(selected.plan.jobs.map(\.after) == [[], [0], [0], [0], [0]])
    let file = PlanFile(selected.plan)
    #expect(try PlanFile(parsing: file.bytes).plan == selected.plan)
  }

  @Test func `a dependency that is not selected is not waited for, and is counted`() throws {
    let whole = try plan()
    let selected = try Selection(select: ["history"]).applied(to: whole)

    #expect(selected.unawaited.count == 2)
    #expect(selected.plan.gates.isEmpty)
    #expect(selected.plan.exports.map(\.name) == ["history"])
    #expect(selected.plan.jobs.allSatisfy { $0.after.isEmpty })
    #expect(Set(selected.plan.jobs.map(\.key)).isSubset(of: whole.jobs.map(\.key)))
  }

  @Test func `secrets and destinations that nothing selected needs are left out`() throws {
    var whole = try plan()
    whole.secrets["other"] = .environment("OTHER")
    whole.destinations.append(PlannedDestination(name: "files", kind: .directory(path: "files", staging: "lake")))

    let selected = try Selection(select: ["history"]).applied(to: whole).plan

    #expect(selected.secrets == ["sas": .environment("SAS")])
    #expect(selected.destinations.map(\.name) == ["lake"])
  }

  @Test func `a status is what the ledger says`() throws {
    let selection = try Selection(select: ["status:failed,app:ios"])

    let plan = selection.applied(to: try plan()) { $0.isMultiple(of: 2) ? [.failed, .due] : [.exported] }.plan

    #expect(selection.needsLedger)
    #expect(plan.jobs.count == 3)
  }

  @Test func `everything that is selected is the plan itself`() throws {
    let whole = try plan()

    #expect(try Selection(select: ["*"]).applied(to: whole).plan == whole)
    #expect(try Selection().isEverything)
  }

  @Test(arguments: [
    ("", "the selection '' has an empty part"),
    ("app:ios,", "the selection 'app:ios,' has an empty part"),
    ("ap:ios", "nothing can be selected by 'ap': did you mean 'app'?"),
    ("label:", "'label:' needs a value"),
    ("label:=gold", "'label:' needs a value"),
    (
      "a/b/c/d/e/f",
      "'a/b/c/d/e/f' is no title: write EXPORT/APP/DATASET/WINDOW, the beginning of it, or EXPORT/APP/DATASET/FORMAT/WINDOW"
    ),
    (
      "a//b",
      "'a//b' is no title: write EXPORT/APP/DATASET/WINDOW, the beginning of it, or EXPORT/APP/DATASET/FORMAT/WINDOW"
    ),
    ("status:faild", "unknown status 'faild': did you mean 'failed'?"),
    (
      "window:january",
      "'january' is no window: write a day, a range such as 2016-01-01..2016-01-31, or a name such as 2016-W05 or 2016-01-*"
    ),
    (
      "window:2016-02-01..2016-01-01",
      "'2016-02-01..2016-01-01' is no window: write a day, a range such as 2016-01-01..2016-01-31, or a name such as "
        + "2016-W05 or 2016-01-*"
    ),
  ])
  func `what means nothing is told`(expression: String, message: String) {
    #expect { try Selection(select: [expression]) } throws: { "\($0)" == message }
  }

  @Test(arguments: [
    ("export:histroy", "the plan has no export 'histroy': did you mean 'history'?"),
    ("histroy/ios", "the plan has no export 'histroy': did you mean 'history'?"),
    ("history/iso", "the plan has no app 'iso': did you mean 'ios'?"),
    ("app:windows", "the plan has no app 'windows': expected one of android, ios"),
    ("dataset:events", "the plan has no dataset 'events': did you mean 'event'?"),
    ("label:so=ios", "the plan has no label 'so': did you mean 'os'?"),
  ])
  func `a name that nothing has is told with the one that is like it`(expression: String, message: String) throws {
    let plan = try plan()

    #expect { try Selection(exclude: [expression]).checkNames(in: [plan]) } throws: { "\($0)" == message }
  }

  @Test(arguments: ["dataset:crash", "app:x*", "window:1999-01-01", "status:missing"])
  func `what may be there tomorrow is no mistake`(expression: String) throws {
    try Selection(select: [expression]).checkNames(in: [try plan()])
  }
}
