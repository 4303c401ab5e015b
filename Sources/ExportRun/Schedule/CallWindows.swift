// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a service allows of requests of each kind, and what was sent of it.
struct CallWindows: Sendable {
  private var windows: [(verb: CallLimit.Verb, limit: SpanLimit)]

  init(_ limits: [CallLimit]) { windows = limits.map { ($0.verb, SpanLimit(most: $0.most, every: $0.every)) } }

  /// Requests that earlier runs have sent.
  mutating func begin(_ verb: CallLimit.Verb, with earlier: [Instant], at now: Instant) {
    for index in windows.indices where holds(index, verb) { windows[index].limit.begin(with: earlier, at: now) }
  }

  /// `nil` when a request of the kind may go now, else when it may.
  mutating func whenFree(_ verb: CallLimit.Verb, at now: Instant) -> Instant? {
    var latest: Instant?
    for index in windows.indices where holds(index, verb) {
      guard let free = windows[index].limit.whenFree(at: now) else { continue }
      latest = max(latest ?? free, free)
    }
    return latest
  }

  mutating func take(_ verb: CallLimit.Verb, at now: Instant) {
    for index in windows.indices where holds(index, verb) { windows[index].limit.take(at: now) }
  }

  private func holds(_ index: Int, _ verb: CallLimit.Verb) -> Bool {
    windows[index].verb == verb || windows[index].verb == .any
  }
}
