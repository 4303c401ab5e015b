// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Synchronization

/// Tells on standard error how a run goes on, in the way that was asked for.
final class Progress: Sendable {
  /// The view is drawn no more often, and lines are looked for as often.
  private static let pace: Duration = .milliseconds(100)

  private struct State {
    var model: ProgressModel
    var plain = PlainProgress()
    var limit = LineLimit()
    var lastBeat: Instant?
    /// Something happened since the view was drawn.
    var isNew = false
    var drawnAt: Int64 = 0
    var size = Console.Size(columns: 0, rows: 0)
    var hasEnded = false
  }

  private let mode: ProgressMode
  private let isColoured: Bool
  private let clock = SteadyClock()
  private let state: Mutex<State>

  init(_ model: ProgressModel, mode: ProgressMode, isColoured: Bool) {
    (self.mode, self.isColoured) = (mode, isColoured)
    state = Mutex(State(model: model))
  }

  /// Takes news, in order, from one place.
  @Sendable func take(_ news: RunNews) {
    guard mode != .none else { return }
    let now = clock.now
    let lines = state.withLock { state in
      let changes = state.model.take(news)
      state.isNew = true
      if case .began(let header) = news { return began(header, &state, at: now) }
      if case .noticed(let note) = news { return note.notice.text.map { said($0, &state, at: now) } ?? [] }
      return changes.flatMap { told($0, &state, at: now) }
    }
    print(lines)
  }

  /// What is said of the run as a whole, besides what it tells itself.
  func say(_ words: String) {
    guard mode != .none else { return }
    let now = clock.now
    print(state.withLock { said(words, &$0, at: now) })
  }

  /// Keeps the view and the sign of life going until the caller is cancelled.
  func tick() async {
    guard mode != .none else { return }
    while (try? await Task.sleep(for: mode == .live ? Self.pace : .seconds(1))) != nil {
      if mode == .live { draw() } else { beat() }
    }
  }

  /// Takes the view away, for the summary that follows.
  /// - Parameter outcome: `nil`: the run came to no end that is known.
  func end(_ outcome: RunResult.Outcome?) {
    let now = clock.now
    let line = state.withLock { state -> String? in
      defer { state.hasEnded = true }
      guard mode == .json, let outcome, !state.hasEnded else { return nil }
      return ProgressJSON.ended(outcome, state.model, at: now).canonicalText
    }
    Console.endView()
    if let line { Console.error(line) }
  }

  // MARK: Parts

  private func began(_ header: RunHeader, _ state: inout State, at now: Instant) -> [String] {
    state.lastBeat = now
    if mode == .json { return [ProgressJSON.began(header, due: state.model.due).canonicalText] }
    return state.plain.begin(header, due: state.model.due, at: now)
  }

  private func told(_ change: ProgressChange, _ state: inout State, at now: Instant) -> [String] {
    switch mode {
    case .none: return []
    case .json:
      state.lastBeat = now
      return [ProgressJSON.change(change).canonicalText]
    case .plain: return state.plain.lines(for: change, state.model, at: now)
    case .live:
      // What is good, and what is tried again, the view shows.
      guard ![.verified, .listed, .setback].contains(change.kind) else { return [] }
      switch state.limit.ask(change.kind) {
      case .say: return [change.text]
      case .sayLast: return [change.text, LineLimit.remark(change.kind)]
      case .count: return []
      }
    }
  }

  private func said(_ words: String, _ state: inout State, at now: Instant) -> [String] {
    if mode == .json { return [ProgressJSON.notice(words, at: now).canonicalText] }
    return state.plain.lines(for: words, at: now)
  }

  private func print(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    Console.error(lines.joined(separator: "\n"))
  }

  private func beat() {
    let now = clock.now
    print(
      state.withLock { state in
        guard !state.hasEnded, state.model.header != nil else { return [] }
        guard mode == .json else { return state.plain.beat(state.model, at: now) }
        guard let last = state.lastBeat, last.duration(to: now) >= ProgressJSON.silence else { return [] }
        state.lastBeat = now
        return [ProgressJSON.heartbeat(state.model, at: now).canonicalText]
      })
  }

  private func draw() {
    let (now, size) = (clock.now, Console.errorSize)
    let lines = state.withLock { state -> [String]? in
      guard !state.hasEnded, state.model.due > 0 else { return nil }
      // Clocks of the view go on by the second.
      guard state.isNew || size != state.size || now.seconds != state.drawnAt || !Console.isViewShown else {
        return nil
      }
      (state.isNew, state.size, state.drawnAt) = (false, size, now.seconds)
      return ProgressView.lines(
        state.model, width: size.columns, height: size.rows, at: now, isColoured: isColoured)
    }
    // Of a terminal that takes nothing, because of Ctrl-S, the state is not held up: the run goes on and is followed.
    if let lines { Console.show(lines, for: size) }
  }
}
