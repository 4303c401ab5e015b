// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Synchronization

/// Shows how a run goes on: one line that is written over on a terminal, one line per job that ends elsewhere.
final class Progress: Sendable {
  private struct State {
    /// Of the jobs that are due.
    var titles: [JobKey: String] = [:]
    var states: [JobKey: JobState] = [:]
    /// How many of `states` there are of each.
    var counts: [JobState: Int] = [:]
    /// Of parts of windows that a service could not do as a whole.
    var partTitles: [JobKey: String] = [:]
    var due = 0

    mutating func set(_ key: JobKey, to state: JobState) {
      if let before = states[key] { counts[before, default: 0] -= 1 }
      states[key] = state
      counts[state, default: 0] += 1
    }

    func title(of key: JobKey) -> String? { titles[key] ?? partTitles[key] }

    /// - Returns: false when these parts are known already.
    mutating func split(_ key: JobKey, into parts: [JobPart]) -> Bool {
      guard let title = title(of: key), !parts.allSatisfy({ self.title(of: $0.key) != nil }) else { return false }
      for part in parts where self.title(of: part.key) == nil {
        partTitles[part.key] = JobTitles.title(ofPart: part.label, of: title)
      }
      return true
    }

    /// What earlier runs have split: wholes before parts of parts.
    mutating func take(_ splits: [JobKey: [JobPart]]) {
      var left = splits
      while case let known = left.filter({ title(of: $0.key) != nil }), !known.isEmpty {
        for (key, parts) in known {
          _ = split(key, into: parts)
          set(key, to: .split)
          left[key] = nil
        }
      }
    }
    var began: ContinuousClock.Instant?
    var isShown = false
    var drawn: ContinuousClock.Instant?
    var hasEnded = false
    /// Steps of jobs that did not work at least once.
    var troubled: Set<String> = []
    /// Services that do not answer: that is told, and not again by each of their jobs.
    var silent: Set<String> = []

    /// - Returns: true when what went wrong is news.
    mutating func isNews(_ step: JournalEvent.Step, of key: JobKey, _ failure: Failure) -> Bool {
      guard silent.isEmpty || ![.unreachable, .service].contains(failure.cause) else { return false }
      return troubled.insert("\(key.hex)/\(step.rawValue)").inserted
    }
  }

  private let plan: Plan
  private let splits: [JobKey: [JobPart]]
  private let isLive: Bool
  private let state = Mutex(State())

  /// - Parameter splits: what earlier runs have split.
  init(_ plan: Plan, splits: [JobKey: [JobPart]], isLive: Bool) {
    (self.plan, self.splits, self.isLive) = (plan, splits, isLive)
  }

  private func titles(_ dues: [Due]) -> [JobKey: String] {
    guard dues.contains(where: { $0.isDue }) else { return [:] }
    let titled = JobTitles(plan)
    var titles: [JobKey: String] = [:]
    for (job, due) in zip(plan.jobs.indices, dues) where due.isDue {
      titles[plan.jobs.keys[job]] = titled.title(of: plan.jobs[job])
    }
    return titles
  }

  /// Takes news, in order, from one place.
  @Sendable func take(_ news: RunNews) {
    switch news {
    case .began(let header):
      let titles = titles(header.dues)
      let due = titles.count
      state.withLock { state in
        state.titles = titles
        state.due = due
        state.began = .now
        state.take(splits)
      }
      if due > 0 { say("run \(header.id): \(due) of \(Count.words(header.dues.count, "job")) due") }
    case .happened(let events):
      let split = Set(events.compactMap { event in if case .split = event.kind { event.key } else { nil } })
      for event in events {
        // Why a window is split is told with its parts.
        if case .setback = event.kind, split.contains(event.key) { continue }
        happened(event)
      }
    case .noticed(let note):
      state.withLock { state in
        switch note.notice {
        case .unanswered(let service, _): state.silent.insert(service)
        case .answers(let service, _): state.silent.remove(service)
        case .throttled, .limited, .spent: break
        }
      }
      if let text = note.notice.text { say(text) }
    case .waits: break
    }
    draw()
  }

  /// Keeps the clock of the live line going until the caller is cancelled.
  func tick() async {
    guard isLive else { return }
    while (try? await Task.sleep(for: .milliseconds(250))) != nil { draw() }
  }

  /// Clears the live line, for the summary that follows.
  func end() {
    state.withLock { state in
      state.hasEnded = true
      if state.isShown { Console.status("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  // MARK: Parts

  private func happened(_ event: JournalEvent) {
    let title = state.withLock { state in
      let before = state.states[event.key]
      var record = JobRecord()
      record.state = before ?? .planned
      record.apply(event)
      if record.state != before { state.set(event.key, to: record.state) }
      return state.title(of: event.key)
    }
    guard let title else { return }
    switch event.kind {
    case .verified(_, let result):
      if !isLive {
        say(
          "\(result.level.rawValue) \(title): \(Count.words(result.rows, "row")), \(Count.words(result.bytes, "byte"))")
      }
    case .adopted(_, let task): say("adopted \(title): task \(task) was made before")
    case .failed(let failure): say("failed \(title): \(failure.message)")
    case .abandoned(let failure): say("abandoned \(title): \(failure.message)")
    case .held(let state): say("held \(title): the service says '\(state)'")
    case .skipped(let key, let isStop):
      let reason = isStop ? "the export stops after" : "waits for"
      let other = state.withLock { $0.title(of: key) } ?? key.short
      say("skipped \(title): \(reason) \(other)")
    case .setback(let step, let failure):
      // What is tried again and again is said once for a job.
      let isNew = state.withLock { $0.isNews(step, of: event.key, failure) }
      // These end the run: the next one tries again.
      let isLast = failure.cause == .credential || failure.cause == .disk
      let words = isLast ? "did not work" : "did not work, and is tried again"
      if isNew, !isLive { say("\(step.rawValue) of \(title) \(words): \(failure.message)") }
    case .split(_, let parts):
      if state.withLock({ $0.split(event.key, into: parts) }) {
        say("split \(title): in \(Count.words(parts.count, "part"))")
      }
    case .taskFailed(_, let failure), .rejected(_, let failure): say("attempt failed \(title): \(failure.message)")
    default: break
    }
  }

  /// A line that stays.
  private func say(_ text: String) {
    state.withLock { state in
      if state.isShown { Console.status("\r\u{1B}[K") }
      state.isShown = false
    }
    Console.error(text)
  }

  private func draw() {
    guard isLive else { return }
    state.withLock { state in
      guard !state.hasEnded, let began = state.began, state.due > 0 else { return }
      // Ten times a second is as much as anybody reads.
      if let drawn = state.drawn, state.isShown, .now - drawn < .milliseconds(100) { return }
      state.drawn = .now
      Console.status(
        "\r\u{1B}[K" + String(Self.line(state, seconds: (.now - began).components.seconds).prefix(Console.width - 1)))
      state.isShown = true
    }
  }

  private static func line(_ state: State, seconds: Int64) -> String {
    func count(_ wanted: JobState...) -> Int { wanted.reduce(0) { $0 + (state.counts[$1] ?? 0) } }
    let doneParts = state.partTitles.keys.count { state.states[$0] == .verified }
    let verified = count(.verified) - doneParts
    let width = 24
    let filled = width * verified / max(1, state.due)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    var parts = ["\(bar) \(verified)/\(state.due) verified"]
    for (name, number) in [
      ("at the service", count(.submitting, .submitted, .running)), ("verifying", count(.succeeded, .verifying)),
      ("failed", count(.failed, .abandoned)), ("skipped", count(.skipped)),
    ] where number > 0 {
      parts.append("\(number) \(name)")
    }
    parts.append("\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)")
    return parts.joined(separator: " · ")
  }
}
