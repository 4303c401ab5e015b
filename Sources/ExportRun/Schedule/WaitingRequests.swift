// SPDX-License-Identifier: Apache-2.0
import DequeModule
import ExportCore

/// Requests that wait until their service may be asked again: oldest first, among those of a kind that may go.
struct WaitingRequests: Sendable {
  enum Next: Sendable {
    case request(Scheduler.ServiceState.Waiting)
    /// None may go before then.
    case later(Instant)
    case nothing
  }

  private struct Entry: Sendable {
    let order: Int
    let request: Scheduler.ServiceState.Waiting
  }

  /// By kind; never one that is empty.
  private var queues: [CallLimit.Verb: Deque<Entry>] = [:]
  private var added = 0

  var isEmpty: Bool { queues.isEmpty }

  mutating func append(_ request: Scheduler.ServiceState.Waiting, _ verb: CallLimit.Verb) {
    added += 1
    queues[verb, default: []].append(Entry(order: added, request: request))
  }

  /// Takes the oldest that may go now.
  /// - Parameter whenFree: `nil` when a request of the kind may go.
  mutating func take(_ whenFree: (CallLimit.Verb) -> Instant?) -> Next {
    var best: (verb: CallLimit.Verb, order: Int)?
    var soonest: Instant?
    for (verb, queue) in queues {
      guard let first = queue.first else { continue }
      if let later = whenFree(verb) {
        soonest = min(soonest ?? later, later)
      } else if best.map({ first.order < $0.order }) ?? true {
        best = (verb, first.order)
      }
    }
    guard let verb = best?.verb, let entry = queues[verb]?.popFirst() else {
      return soonest.map { .later($0) } ?? .nothing
    }
    if queues[verb]?.isEmpty ?? false { queues[verb] = nil }
    return .request(entry.request)
  }
}
