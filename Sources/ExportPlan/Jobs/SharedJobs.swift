// SPDX-License-Identifier: Apache-2.0

/// Jobs that more than one export wants. Each is planned once, under the first; only the manifest knows the others.
public struct SharedJobs: Sendable, Equatable {
  /// By a job's index in the plan, the indexes of the exports that want it besides its own, ascending.
  private var others: [Int: [Int]] = [:]

  init(_ expansion: Expansion) {
    let plan = expansion.plan
    for (wanter, jobs) in expansion.wanted {
      for job in jobs.indexes where plan.jobs[job].export != wanter.export {
        others[job, default: []].append(wanter.export)
      }
    }
    others = others.mapValues { Set($0).sorted() }
  }

  /// The exports that want a job besides the one that it is planned under.
  public func exports(wanting job: Int) -> [Int] { others[job] ?? [] }
}

extension Planner {
  /// By the indexes of what `plan()` returns.
  public func shared() -> SharedJobs { SharedJobs(expanded()) }
}
