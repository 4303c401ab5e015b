// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Makes the gates of a plan. One gate serves all who wait for the same jobs.
struct Edges {
  private(set) var plan: Plan
  private let wanted: [Expansion.ExportOfApp: [Int]]
  private var gateOf: [Scope: Int] = [:]
  private var windows: [Expansion.ExportOfApp: WindowJobs] = [:]

  /// Jobs by window, in the plan's order.
  private struct WindowJobs {
    var rows: [(window: Window, jobs: [Int])] = []
    var index: [Window: Int] = [:]
  }

  /// Which jobs a gate is made of.
  private struct Scope: Hashable {
    var export: Int
    /// `nil`: of every app.
    var app: Int?
    /// `nil`: of every window.
    var window: Window?
  }

  /// - Parameter wanted: the jobs that an export wants of an app, in the plan's order.
  init(_ plan: Plan, wanted: [Expansion.ExportOfApp: [Int]]) { (self.plan, self.wanted) = (plan, wanted) }

  /// Lets every job of an export wait for the jobs of another that match it.
  /// - Returns: false when both have jobs of an app, and no job of either matches one of the other.
  mutating func hold(_ export: Int, after before: Int, match: AfterSetting.Match) -> Bool {
    var (haveJobs, haveMatches) = (false, false)
    for app in plan.apps.indices {
      guard let dependents = wanted[.init(export: export, app: app)] else { continue }
      switch match {
      case .app: hold(dependents, behind: Scope(export: before, app: app))
      case .all: hold(dependents, behind: Scope(export: before))
      case .window:
        let common = windows(of: before, app).index
        if !common.isEmpty { haveJobs = true }
        for (window, jobs) in windows(of: export, app).rows where common[window] != nil {
          haveMatches = true
          hold(jobs, behind: Scope(export: before, app: app, window: window))
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
        hold(next.jobs, behind: Scope(export: export, app: app, window: before.window))
      }
    }
  }

  // MARK: Parts

  private mutating func hold(_ dependents: [Int], behind scope: Scope) {
    let members = members(of: scope)
    guard !members.isEmpty else { return }
    let gate = gateOf[scope] ?? plan.gates.count
    if gateOf[scope] == nil {
      gateOf[scope] = gate
      plan.gates.append(PlannedGate(name: name(of: scope, members), members: members))
    }
    // A job that both want cannot wait for itself.
    let inside = members.count == 1 ? nil : Set(members)
    for job in dependents where !(inside?.contains(job) ?? (members[0] == job)) {
      if !plan.jobs[job].after.contains(gate) { plan.jobs[job].after.append(gate) }
    }
  }

  /// Ascending, each once.
  private mutating func members(of scope: Scope) -> [Int] {
    guard let app = scope.app else {
      return Set(plan.apps.indices.flatMap { wanted[.init(export: scope.export, app: $0)] ?? [] }).sorted()
    }
    guard let window = scope.window else {
      return Set(wanted[.init(export: scope.export, app: app)] ?? []).sorted()
    }
    let all = windows(of: scope.export, app)
    return all.index[window].map { Set(all.rows[$0].jobs).sorted() } ?? []
  }

  /// The jobs that an export wants of an app, by window, in the plan's order.
  private mutating func windows(of export: Int, _ app: Int) -> WindowJobs {
    let key = Expansion.ExportOfApp(export: export, app: app)
    if let known = windows[key] { return known }
    var found = WindowJobs()
    for job in wanted[key] ?? [] {
      let window = plan.jobs[job].window
      if let index = found.index[window] {
        found.rows[index].jobs.append(job)
      } else {
        found.index[window] = found.rows.count
        found.rows.append((window, [job]))
      }
    }
    windows[key] = found
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
