// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Makes the gates of a plan. One gate serves all who wait for the same jobs.
struct Edges {
  private(set) var plan: Plan
  private let wanted: [Expansion.ExportOfApp: IndexRuns]
  private var gateOf: [Scope: Int] = [:]

  /// Which jobs a gate is made of.
  private struct Scope: Hashable {
    var export: Int
    /// `nil`: of every app.
    var app: Int?
    /// `nil`: of every window.
    var window: Window?
  }

  /// Jobs by window, in the plan's order.
  private struct WindowJobs {
    var rows: [(window: Window, jobs: [Int])] = []
    var index: [Window: Int] = [:]

    subscript(window: Window) -> [Int] { index[window].map { rows[$0].jobs } ?? [] }
  }

  /// - Parameter wanted: the jobs that an export wants of an app, in the plan's order.
  init(_ plan: Plan, wanted: [Expansion.ExportOfApp: IndexRuns]) { (self.plan, self.wanted) = (plan, wanted) }

  /// Lets every job of an export wait for the jobs of another that match it.
  /// - Returns: false when both have jobs of an app, and no job of either matches one of the other.
  mutating func hold(_ export: Int, after before: Int, match: AfterSetting.Match) -> Bool {
    var (haveJobs, haveMatches) = (false, false)
    var all: [Int]?
    for app in plan.apps.indices {
      guard let dependents = wanted[.init(export: export, app: app)] else { continue }
      switch match {
      case .app:
        let members = wanted[.init(export: before, app: app)]?.sorted ?? []
        hold(dependents.indexes, behind: Scope(export: before, app: app), members)
      case .all:
        let members = all ?? everyJob(of: before)
        all = members
        hold(dependents.indexes, behind: Scope(export: before), members)
      case .window:
        let earlier = windows(of: before, app)
        if !earlier.rows.isEmpty { haveJobs = true }
        for (window, jobs) in windows(of: export, app).rows {
          let members = Set(earlier[window]).sorted()
          guard !members.isEmpty else { continue }
          haveMatches = true
          hold(jobs, behind: Scope(export: before, app: app, window: window), members)
        }
      }
    }
    return haveMatches || !haveJobs
  }

  /// Lets the jobs of each window wait for those of the same app in the window before.
  mutating func holdInOrder(_ export: Int) {
    for app in plan.apps.indices {
      let windows = windows(of: export, app).rows.sorted { $0.window.start < $1.window.start }
      for (before, next) in zip(windows, windows.dropFirst()) {
        let scope = Scope(export: export, app: app, window: before.window)
        hold(next.jobs, behind: scope, Set(before.jobs).sorted())
      }
    }
  }

  // MARK: Parts

  /// - Parameter members: of the gate: ascending, each once.
  private mutating func hold(_ dependents: some Sequence<Int>, behind scope: Scope, _ members: [Int]) {
    guard !members.isEmpty else { return }
    let gate = gateOf[scope] ?? plan.gates.count
    if gateOf[scope] == nil {
      gateOf[scope] = gate
      plan.gates.append(PlannedGate(name: name(of: scope, members), members: members))
    }
    // Neighbours mostly wait for the same gates: what the list before became is remembered.
    var last: (before: UInt32, after: Int)?
    for job in dependents {
      // A job that both want cannot wait for itself.
      guard !members.hasSorted(job) else { continue }
      let list = plan.jobs.rows[job].after
      if last?.before != list {
        let gates = plan.jobs.waits[list]
        last = (list, gates.contains(gate) ? Int(list) : plan.jobs.intern(gates + [gate]))
      }
      if let last { plan.jobs.setAfter(of: job, to: last.after) }
    }
  }

  private func everyJob(of export: Int) -> [Int] {
    var runs = IndexRuns()
    for app in plan.apps.indices {
      if let more = wanted[.init(export: export, app: app)] { runs.append(contentsOf: more) }
    }
    return runs.sorted
  }

  /// The jobs that an export wants of an app, by window.
  private func windows(of export: Int, _ app: Int) -> WindowJobs {
    var found = WindowJobs()
    for job in wanted[.init(export: export, app: app)]?.indexes ?? IndexRuns().indexes {
      let window = plan.jobs.cells[plan.jobs.rows[job].cell].window
      if let index = found.index[window] {
        found.rows[index].jobs.append(job)
      } else {
        found.index[window] = found.rows.count
        found.rows.append((window, [job]))
      }
    }
    return found
  }

  /// `EXPORT`, `EXPORT/APP` or `EXPORT/APP/WINDOW`.
  private func name(of scope: Scope, _ members: [Int]) -> String {
    var parts = [plan.exports[scope.export].name]
    if let app = scope.app { parts.append(plan.apps[app].name) }
    if scope.window != nil, let first = members.first { parts.append(plan.jobs[first].label) }
    return parts.joined(separator: "/")
  }
}
