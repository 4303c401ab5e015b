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
    var due = 0
    var began: ContinuousClock.Instant?
    var isShown = false
    var drawn: ContinuousClock.Instant?
    var hasEnded = false
    /// Steps of jobs that did not work at least once.
    var troubled: Set<String> = []
  }

  private let plan: Plan
  private let isLive: Bool
  private let state = Mutex(State())

  init(_ plan: Plan, isLive: Bool) {
    self.plan = plan
    self.isLive = isLive
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
      }
      if due > 0 { say("run \(header.id): \(due) of \(Count.words(header.dues.count, "job")) due") }
    case .happened(let events):
      for event in events { happened(event) }
    case .noticed(let notice): say(notice.text)
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
      if record.state != before {
        state.states[event.key] = record.state
        state.counts[record.state, default: 0] += 1
        if let before { state.counts[before, default: 0] -= 1 }
      }
      return state.titles[event.key]
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
      let other = state.withLock { $0.titles[key] } ?? key.short
      say("skipped \(title): \(reason) \(other)")
    case .setback(let step, let failure):
      // What is tried again and again is said once for a job.
      let isNew = state.withLock { $0.troubled.insert("\(event.key.hex)/\(step.rawValue)").inserted }
      if isNew, !isLive { say("\(step.rawValue) of \(title) did not work, and is tried again: \(failure.message)") }
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
    let verified = count(.verified)
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
