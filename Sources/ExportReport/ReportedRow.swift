// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// What became of a due job: the fold of its events. What they tell at length is the place of the event that tells it.
struct ReportedRow: Sendable {
  /// In the plan.
  let index: UInt32
  let due: Due
  let parts: UInt32
  private(set) var state = JobState.planned
  private(set) var attempts: UInt32 = 0
  /// How many of them came to nothing because the service asked for patience, or did not answer.
  private(set) var putOff: UInt32 = 0
  private(set) var adopted: UInt32 = 0
  private(set) var tasks: UInt32 = 0
  private(set) var setbacks: UInt32 = 0
  private(set) var times = ReportedJob.Times()
  private(set) var began: Instant?
  /// Places of events; `.max`: there is none.
  private(set) var verified = UInt32.max
  private(set) var failure = UInt32.max
  /// In the plan; `.max`: no job of it.
  private(set) var skippedBecause = UInt32.max
  private(set) var isStopped = false

  init(_ index: Int, _ due: Due, parts: Int) {
    (self.index, self.due, self.parts) = (UInt32(index), due, UInt32(parts))
  }

  /// - Parameters:
  ///   - places: of the job's events and those of its parts, in order.
  ///   - key: the job's own.
  mutating func fold(_ places: some Sequence<UInt32>, of events: EventTable, key: JobKey, _ finder: inout JobFinder) {
    var record = JobRecord()
    record.state = due == .inFlight ? (parts > 0 ? .split : .submitted) : .waiting
    for place in places {
      let event = events[Int(place)]
      if began == nil, event.kind.isWork { began = event.at }
      guard event.key == key else {
        takeOfPart(event, place)
        continue
      }
      record.apply(event)
      take(event, place, &finder)
    }
    state = record.state
  }

  /// Of the parts' steps the first begin and the last end, and the job is over when it says so itself.
  private mutating func takeOfPart(_ event: JournalEvent, _ place: UInt32) {
    switch event.kind {
    case .intent:
      attempts += 1
      times.intent = times.intent ?? event.at
    case .submitted:
      tasks += 1
      times.submitted = times.submitted ?? event.at
    case .adopted:
      (tasks, adopted) = (tasks + 1, adopted + 1)
      times.submitted = times.submitted ?? event.at
    case .running: times.running = times.running ?? event.at
    case .succeeded: times.succeeded = event.at
    case .setback: setbacks += 1
    case .refused, .taskFailed, .rejected:
      failure = place
      setbacks += 1
      if event.kind.isPutOff { putOff += 1 }
    case .failed, .abandoned: failure = place
    case .absent, .unknowable, .queued, .held, .verifying, .verified, .skipped, .cancelled, .split, .wanted: break
    }
  }

  private mutating func take(_ event: JournalEvent, _ place: UInt32, _ finder: inout JobFinder) {
    switch event.kind {
    case .intent:
      attempts += 1
      times = ReportedJob.Times(intent: event.at)
    case .submitted:
      tasks += 1
      times.submitted = event.at
    case .adopted:
      (tasks, adopted) = (tasks + 1, adopted + 1)
      times.submitted = event.at
    case .running: times.running = times.running ?? event.at
    case .succeeded: times.succeeded = event.at
    case .verified:
      verified = place
      times.ended = event.at
    case .setback: setbacks += 1
    case .refused, .taskFailed, .rejected:
      failure = place
      setbacks += 1
      if event.kind.isPutOff { putOff += 1 }
    case .failed, .abandoned:
      failure = place
      times.ended = event.at
    case .skipped(let key, let isStop):
      isStopped = isStop
      skippedBecause = finder.find(key).map { UInt32($0) } ?? .max
      times.ended = event.at
    case .cancelled: times.ended = event.at
    case .absent, .unknowable, .queued, .held, .verifying, .split, .wanted: break
    }
  }
}

extension JournalEvent.Kind {
  /// Something was done, or came of it.
  fileprivate var isWork: Bool {
    switch self {
    case .wanted, .skipped: false
    default: true
    }
  }

  /// The service made no task and nothing is held against the job: `retry` does not count it.
  fileprivate var isPutOff: Bool {
    guard case .refused(_, let failure) = self else { return false }
    return failure.cause == .throttled || failure.cause == .unreachable
  }
}
