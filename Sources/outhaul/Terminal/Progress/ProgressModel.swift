// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// Where a run stands, as far as it has told: the fold of its news. A value without clock, terminal or disk.
struct ProgressModel: Sendable {
  /// A task at a service.
  struct Open: Sendable, Equatable {
    var key: JobKey
    var title: String
    var since: Instant
  }

  /// Bad ends that are remembered, for what shows the last few.
  static let badMost = 20

  let plan: Plan
  /// Nothing is known before the run has begun.
  private(set) var header: RunHeader?
  private(set) var due = 0
  /// Of jobs of the plan that are due; those that nothing has happened to are not in it.
  private(set) var counts: [JobState: Int] = [:]
  /// Of parts of windows that services could not do as a whole.
  private(set) var partCounts: [JobState: Int] = [:]
  /// The last ones, the last one first.
  private(set) var bad: [ProgressChange] = []
  private(set) var outlook: Outlook?
  /// By what is known of earlier runs.
  private(set) var forecast: Forecast?

  private let titled: JobTitles
  private var finder: JobFinder
  private let splits: [JobKey: [JobPart]]
  /// What lived at the services when the run began, and since when.
  private let live: [JobKey: Instant]
  private var states: [JobKey: JobState] = [:]
  private var partTitles: [JobKey: String] = [:]
  private var open: [JobKey: Open] = [:]
  /// Steps of jobs that did not work at least once.
  private var troubled: Set<String> = []
  /// Services that do not answer: that is told, and not again by each of their jobs.
  private var silent: Set<String> = []

  /// - Parameters:
  ///   - splits: what earlier runs have split.
  ///   - live: tasks of earlier runs that may live, and since when.
  init(_ plan: Plan, splits: [JobKey: [JobPart]] = [:], live: [JobKey: Instant] = [:]) {
    (self.plan, self.splits, self.live) = (plan, splits, live)
    (titled, finder) = (JobTitles(plan), plan.jobs.finder())
  }

  // MARK: What it tells

  /// Jobs, and parts of them, that are in one of the states.
  func working(_ wanted: JobState...) -> Int {
    wanted.reduce(0) { $0 + (counts[$1] ?? 0) + (partCounts[$1] ?? 0) }
  }

  /// Jobs of the plan in one of the states.
  func count(_ wanted: JobState...) -> Int { wanted.reduce(0) { $0 + (counts[$1] ?? 0) } }

  /// Jobs of which nothing more comes in this run.
  var done: Int { counts.reduce(0) { $0 + ($1.key.isFinal ? $1.value : 0) } }

  /// Every state that a due job is in, with how many are.
  var dueStates: [JobState: Int] {
    var all = counts.filter { $0.value > 0 }
    let untouched = due - counts.values.reduce(0, +)
    if untouched > 0 { all[.waiting, default: 0] += untouched }
    return all
  }

  /// Tasks at the services, the oldest first.
  func longest(_ most: Int) -> [Open] {
    guard most > 0 else { return [] }
    var first: [Open] = []
    for next in open.values {
      if first.count == most, let last = first.last, !Self.isOlder(next, last) { continue }
      first.insert(next, at: first.firstIndex { Self.isOlder(next, $0) } ?? first.endIndex)
      if first.count > most { first.removeLast() }
    }
    return first
  }

  private static func isOlder(_ one: Open, _ other: Open) -> Bool {
    (one.since, one.key) < (other.since, other.key)
  }

  /// How long it still takes, as far as can be said.
  func left(at now: Instant) -> RunPace.Left? {
    guard let header else { return nil }
    let pace = RunPace(began: header.started, due: due, forecast: forecast)
    return pace.left(done: done, worked: count(.verified, .failed, .abandoned), at: now)
  }

  // MARK: What it takes

  /// - Returns: what of it people want to know.
  mutating func take(_ news: RunNews) -> [ProgressChange] {
    switch news {
    case .began(let header): begin(header)
    case .expects(let forecast): self.forecast = forecast
    case .waits(let outlook): self.outlook = outlook
    case .noticed(let note): take(note.notice)
    case .happened(let events):
      let split = Set(events.compactMap { event in if case .split = event.kind { event.key } else { nil } })
      return events.compactMap { event in
        let change = take(event)
        // Why a window is split is told with its parts.
        if case .setback = event.kind, split.contains(event.key) { return nil }
        return change
      }
    }
    return []
  }

  private mutating func begin(_ header: RunHeader) {
    self.header = header
    due = header.dues.count(where: \.isDue)
    for (key, since) in live {
      guard let title = known(title: key) else { continue }
      set(key, to: .submitted)
      open[key] = Open(key: key, title: title, since: since)
    }
    // What earlier runs have split: wholes before parts of parts.
    var left = due > 0 ? splits : [:]
    while case let next = left.keys.filter({ known(title: $0) != nil }), !next.isEmpty {
      for key in next {
        if let parts = left.removeValue(forKey: key), divide(key, into: parts) { set(key, to: .split) }
      }
    }
  }

  private mutating func take(_ notice: Scheduler.Notice) {
    switch notice {
    case .unanswered(let service, _): silent.insert(service)
    case .answers(let service, _): silent.remove(service)
    case .throttled, .limited, .spent: break
    }
  }

  private mutating func take(_ event: JournalEvent) -> ProgressChange? {
    guard let title = known(title: event.key) else { return nil }
    var record = JobRecord()
    record.state = states[event.key] ?? .planned
    record.apply(event)
    set(event.key, to: record.state)
    follow(event, title, record.state)
    let change = change(event, title)
    if let change, change.isBad {
      bad.insert(change, at: 0)
      if bad.count > Self.badMost { bad.removeLast() }
    }
    return change
  }

  /// The name of a job that is due, or of a part of one.
  private mutating func known(title key: JobKey) -> String? {
    if let title = partTitles[key] { return title }
    guard let header, let job = finder.find(key), header.dues[job].isDue else { return nil }
    return titled.title(of: plan.jobs[job])
  }

  private mutating func follow(_ event: JournalEvent, _ title: String, _ state: JobState) {
    guard [.submitting, .submitted, .running].contains(state) else {
      open[event.key] = nil
      return
    }
    // A further attempt is another task.
    if case .intent = event.kind { open[event.key] = nil }
    if open[event.key] == nil { open[event.key] = Open(key: event.key, title: title, since: event.at) }
  }

  private mutating func set(_ key: JobKey, to state: JobState) {
    let before = states[key]
    guard state != before else { return }
    let isPart = partTitles[key] != nil
    states[key] = state
    if isPart {
      if let before { partCounts[before, default: 0] -= 1 }
      partCounts[state, default: 0] += 1
    } else {
      if let before { counts[before, default: 0] -= 1 }
      counts[state, default: 0] += 1
    }
  }

  /// - Returns: false when these parts are known already.
  private mutating func divide(_ key: JobKey, into parts: [JobPart]) -> Bool {
    guard let title = known(title: key), !parts.allSatisfy({ known(title: $0.key) != nil }) else { return false }
    for part in parts where known(title: part.key) == nil {
      partTitles[part.key] = JobTitles.title(ofPart: part.label, of: title)
    }
    return true
  }
}

// MARK: Changes

extension ProgressModel {
  private mutating func change(_ event: JournalEvent, _ title: String) -> ProgressChange? {
    func change(_ kind: ProgressChange.Kind, _ words: String, _ failure: Failure? = nil) -> ProgressChange {
      ProgressChange(kind: kind, at: event.at, key: event.key, title: title, words: words, failure: failure)
    }
    switch event.kind {
    case .verified(_, let result):
      let words = "\(Count.words(result.rows, "row")), \(Count.words(result.bytes, "byte"))"
      var good = change(result.level == .verified ? .verified : .listed, words)
      (good.rows, good.bytes) = (result.rows, result.bytes)
      return good
    case .adopted(_, let task): return change(.adopted, "task \(task) was made before")
    case .failed(let failure): return change(.failed, failure.message, failure)
    case .abandoned(let failure): return change(.abandoned, failure.message, failure)
    case .held(let state): return change(.held, "the service says '\(state)'")
    case .skipped(let key, let isStop):
      let reason = isStop ? "the export stops after" : "waits for"
      return change(.skipped, "\(reason) \(known(title: key) ?? key.short)")
    case .setback(let step, let failure):
      guard isNews(step, of: event.key, failure) else { return nil }
      // These end the run: the next one tries again.
      let isLast = failure.cause == .credential || failure.cause == .disk
      let words = isLast ? "did not work" : "did not work, and is tried again"
      return change(.setback, "\(step.rawValue) of \(title) \(words): \(failure.message)", failure)
    case .split(_, let parts):
      return divide(event.key, into: parts) ? change(.split, "in \(Count.words(parts.count, "part"))") : nil
    case .taskFailed(_, let failure), .rejected(_, let failure):
      return change(.attemptFailed, failure.message, failure)
    default: return nil
    }
  }

  /// What is tried again and again is said once for a job, and what a silent service does not answer not at all.
  private mutating func isNews(_ step: JournalEvent.Step, of key: JobKey, _ failure: Failure) -> Bool {
    guard silent.isEmpty || ![.unreachable, .service].contains(failure.cause) else { return false }
    return troubled.insert("\(key.hex)/\(step.rawValue)").inserted
  }
}
