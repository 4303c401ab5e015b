// SPDX-License-Identifier: Apache-2.0
import ExportCore
import HeapModule

/// When something is to be looked after next; equal times keep their order.
struct DeadlineQueue: Sendable {
  private var heap = Heap<Scheduler.Deadline>()
  private var added = 0

  var isEmpty: Bool { heap.isEmpty }
  var first: Scheduler.Deadline? { heap.min }
  /// In no order.
  var all: [Scheduler.Deadline] { heap.unordered }

  mutating func add(_ owner: Scheduler.Deadline.Owner, at instant: Instant) {
    added += 1
    heap.insert(Scheduler.Deadline(at: instant, order: added, owner: owner))
  }

  mutating func removeFirst() { heap.removeMin() }
}
