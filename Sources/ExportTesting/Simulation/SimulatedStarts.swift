// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Tasks that were asked for, held against what the service lets be made in a span of time.
struct SimulatedStarts {
  var limits = ServiceLimits(active: 1, activePerApp: 1)
  private var taken: [(mark: TaskMark, at: Instant)] = []
  private var runBegan = Instant(milliseconds: 0)

  /// What a clock that was ahead has dated into the future counts as of now.
  mutating func runBegins(at now: Instant) {
    runBegan = now
    for index in taken.indices { taken[index].at = min(taken[index].at, now) }
  }

  mutating func giveBack(_ mark: TaskMark) { taken.removeAll { $0.mark == mark } }

  /// - Returns: the promise that was broken.
  mutating func take(_ mark: TaskMark, at now: Instant) -> String? {
    taken.append((mark, now))
    for limit in limits.starts where limit.resets == nil {
      let count = count(since: now.advanced(by: .zero - limit.every))
      if count > limit.most {
        return "\(count) tasks were asked for in \(limit.every), where \(limit.most) may be made"
      }
    }
    // Requests that make no task are counted by the program as well, so that these are fewer.
    for limit in limits.calls where limit.verb == .submit || limit.verb == .any {
      let count = count(since: max(runBegan.advanced(by: .milliseconds(-1)), now.advanced(by: .zero - limit.every)))
      if count > limit.most { return "\(count) submits were sent in \(limit.every), where \(limit.most) may be" }
    }
    return nil
  }

  private func count(since: Instant) -> Int { taken.count { since < $0.at } }
}
