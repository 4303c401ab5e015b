// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// How a run stands, for people.
struct StatusText {
  /// More than these are counted.
  private static let taskLimit = 10
  private static let gateLimit = 5

  private let status: RunStatus
  private let width: Int
  private let isColoured: Bool

  /// - Parameter width: columns of the terminal.
  init(_ status: RunStatus, width: Int = 80, isColoured: Bool = false) {
    (self.status, self.width, self.isColoured) = (status, max(40, width), isColoured)
  }

  var text: String { [head, services, tasks, gates, polls, failures].compactMap(\.self).joined(separator: "\n\n") }

  private var head: String {
    let run = "run \(status.run.id) of \(status.run.name)"
    let words: String =
      switch status.phase {
      case .running(let holder): "\(run) goes on since \(status.run.started), \(ago(status.run.started)): \(holder)"
      case .ended(let at, let outcome): "\(run) ended at \(at): \(outcome)"
      case .broken: "\(run) began at \(status.run.started) and did not come to its end: give its command again"
      }
    let order = [.verified] + JobState.allCases.reversed().filter { $0 != .verified }
    let counts = order.compactMap { state in status.states[state].map { "\($0) \(state.rawValue)" } }
    let due =
      status.due == 0
      ? "nothing was due" : "\(status.due) of \(Count.words(status.jobs, "job")) due: \(counts.joined(separator: ", "))"
    return ([words, "  " + due] + bar + forecast + notes).joined(separator: "\n")
  }

  /// How far it is.
  private var bar: [String] {
    guard status.due > 0 else { return [] }
    let (verified, done) = status.states.reduce(into: (0, 0)) { sums, entry in
      if entry.key == .verified { sums.0 += entry.value }
      if entry.key.isFinal { sums.1 += entry.value }
    }
    var line = StyledText("  ")
    line.append(ProgressBar.of(verified, bad: done - verified, all: status.due, cells: min(40, width - 12)))
    line.append(" \(100 * verified / status.due) %")
    return [line.painted(isColoured)]
  }

  /// What each service has and bears, while the run goes on.
  private var services: String? {
    guard let live = status.live, !live.gauges.isEmpty else { return nil }
    let name = live.gauges.map { TerminalWidth.columns(of: $0.service) }.max() ?? 0
    let lines = live.gauges.map { gauge in
      let blanks = String(repeating: " ", count: name - TerminalWidth.columns(of: gauge.service))
      var line = StyledText("  \(gauge.service)\(blanks)  \(GaugeText.bar(gauge)) \(GaugeText.words(gauge))")
      if gauge.isThrottled { line.append(" · throttled", .yellow) }
      if gauge.ready > 0 { line.append(" · \(gauge.ready) ready") }
      return line.painted(isColoured)
    }
    return (["services"] + lines).joined(separator: "\n")
  }

  private var forecast: [String] {
    guard let forecast = status.forecast, let half = forecast.half, let most = forecast.most else { return [] }
    func end(_ estimate: Forecast.Estimate) -> Instant {
      Instant(seconds: status.at.seconds).advanced(by: .seconds(Int64(estimate.duration.inSeconds.rounded(.up))))
    }
    let tasks = Count.words(forecast.samples, "earlier task")
    return ["  the end: not before \(end(half)), as half of \(tasks) took; \(end(most)), as nine tenths did"]
  }

  /// What the run says of itself.
  private var notes: [String] {
    guard let live = status.live else { return [] }
    let paused = live.paused.sorted { $0.key < $1.key }.map { "  \($0.key) asks for a pause until \($0.value)" }
    let silent = live.unanswered.sorted { $0.key < $1.key }.map { "  \($0.key) has not answered since \($0.value)" }
    let spent = live.spent.sorted { $0.key < $1.key }.map { "  \($0.key) lets no more tasks be made until \($0.value)" }
    return paused + spent + silent
  }

  private var tasks: String? {
    section("at the service, longest first", status.tasks, limit: Self.taskLimit, "task") { task in
      let since = task.since.map { "\(ago($0))  " } ?? ""
      let name = task.task.map { ", task \($0)" } ?? ""
      return "\(since)\(task.title): \(task.state.rawValue), attempt \(task.attempt)\(name)"
    }
  }

  private var gates: String? {
    section("what holds jobs up", status.gates, limit: Self.gateLimit, "gate") { gate in
      let jobs = Count.words(gate.waiting, "job")
      return "\(jobs) wait\(gate.waiting == 1 ? "s" : "") for \(gate.name): \(gate.open) of \(gate.members) not done"
    }
  }

  private var polls: String? {
    guard let live = status.live, let next = live.nextPoll else { return nil }
    let first = live.polls.first.map { " (\($0.job))" } ?? ""
    return "next poll at \(next)\(first)"
  }

  private var failures: String? {
    // What was said of a try is not said again of its job.
    var seen: Set<String> = []
    let failures = status.failures.filter { seen.insert("\($0.key.hex) \($0.failure.message)").inserted }
    return section("last errors", failures, limit: RunStatus.failureLimit, "error") { failure in
      "\(failure.at) \(failure.title ?? failure.key.short): \(failure.failure.message.printable)"
    }
  }

  private func section<Entry>(
    _ title: String, _ entries: [Entry], limit: Int, _ noun: String, _ words: (Entry) -> String
  ) -> String? {
    guard !entries.isEmpty else { return nil }
    var lines = [title] + entries.prefix(limit).map { "  " + words($0) }
    if entries.count > limit { lines.append("  and \(Count.words(entries.count - limit, noun)) more") }
    return lines.joined(separator: "\n")
  }

  private func ago(_ instant: Instant) -> String {
    let seconds = max(0, status.at.seconds - instant.seconds)
    // Minutes are enough once there is an hour.
    return DurationText.format(.seconds(seconds < 3600 ? seconds : seconds / 60 * 60))
  }
}
