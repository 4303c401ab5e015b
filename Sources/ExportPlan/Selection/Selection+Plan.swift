// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// A part of a plan, which is a plan of its own.
public struct SelectedPlan: Sendable, Equatable {
  public var plan: Plan
  /// Jobs of the plan that it was taken from.
  public var total: Int
  /// Jobs that were left out although a job that was kept would have waited for them: their places in the plan that it was
  /// taken from.
  public var unawaited: [Int]
}

extension Selection {
  /// The jobs that are meant, with what they need and nothing else. Kept jobs no longer wait for those left out.
  /// - Parameter statuses: what a job of the plan is by the ledger; asked for only when the selection says a status.
  public func applied(to plan: Plan, statuses: (Int) -> Set<Status> = { _ in [] }) -> SelectedPlan {
    var matcher = Matcher(plan)
    let kept = plan.jobs.indices.filter { index in
      let job = plan.jobs[index]
      func holds(_ terms: [Term]) -> Bool {
        terms.allSatisfy { term in
          if case .status(let status) = term { return statuses(index).contains(status) }
          return matcher.holds(term, job)
        }
      }
      return (select.isEmpty || select.contains(where: holds)) && !exclude.contains(where: holds)
    }
    return plan.keeping(kept)
  }
}

/// Holds terms against jobs. Days are reckoned once for each window.
private struct Matcher {
  let plan: Plan
  private var days: [Window: CivilDate] = [:]

  init(_ plan: Plan) { self.plan = plan }

  mutating func holds(_ term: Selection.Term, _ job: PlannedJob) -> Bool {
    switch term {
    case .export(let name): return name.matches(plan.exports[job.export].name)
    case .app(let name): return name.matches(plan.apps[job.app].name)
    case .dataset(let name): return name.matches(job.dataset)
    case .format(let name): return name.matches(job.format)
    case .label(let name, let value):
      guard let found = plan.apps[job.app].labels[name] else { return false }
      return value?.matches(found) ?? true
    case .window(let range): return range.contains(day(of: job.window))
    case .windowName(let name): return name.matches(job.label)
    case .title(let steps):
      // A format may stand before the window; a fourth step that is the last is either.
      let title = [plan.exports[job.export].name, plan.apps[job.app].name, job.dataset]
      guard zip(steps, title).allSatisfy({ $0.matches($1) }) else { return false }
      switch steps.dropFirst(3).count {
      case 0: return true
      case 1: return steps[3].matches(job.label) || steps[3].matches(job.format)
      default: return steps[3].matches(job.format) && steps[4].matches(job.label)
      }
    // Known to the ledger only.
    case .status: return false
    }
  }

  /// The day that a window begins on, in its own zone.
  private mutating func day(of window: Window) -> CivilDate {
    if let known = days[window] { return known }
    let day = ZoneCalendar(window.zone)?.day(of: window.start) ?? window.start.day
    days[window] = day
    return day
  }
}
