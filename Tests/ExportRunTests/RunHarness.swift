// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import ExportTesting
import Foundation
import Logging
import Synchronization

/// Runs plans with a real journal in a folder of its own, on a clock that jumps.
struct RunHarness: ~Copyable {
  let directory: URL
  let clock = JumpingClock()

  init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-run-\(UUID().uuidString)")
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// One run from an opened journal to the end; the journal is closed again, as after a crash or an exit.
  @discardableResult
  func run(
    _ plan: Plan, _ service: ScriptedService, _ store: ScriptedStore = ScriptedStore(),
    bounds: Scheduler.Bounds = Scheduler.Bounds(), wishes: Runner<JumpingClock>.Wishes = .init(),
    stops: AsyncStream<Scheduler.StopReason>? = nil, cancels: AsyncStream<Void>? = nil,
    traits: (inout ServiceTraits) -> Void = { _ in }, observe: @escaping @Sendable (RunNews) -> Void = { _ in }
  ) async throws -> RunResult {
    // Two runs in one second of a clock that jumps would draw the same name.
    try await clock.sleep(until: clock.now.advanced(by: .seconds(1)), tolerance: nil)
    let journal = try Journal(directory: directory, now: clock.now)
    var resources = resources(service, store)
    if var own = resources.traits["engagement"] {
      traits(&own)
      resources.traits["engagement"] = own
    }
    let runner = Runner(
      plan, resources: resources, journal: journal, bounds: bounds, wishes: wishes, clock: clock, seed: 1,
      logger: Logger(label: "test"))
    return try await closing(journal) {
      try await runner.run(
        planDigest: Digest(of: "plan"), stops: stops ?? AsyncStream { $0.finish() },
        cancels: cancels ?? AsyncStream { $0.finish() }, observe: observe)
    }
  }

  private func closing<Value>(_ journal: Journal, _ body: () async throws -> Value) async throws -> Value {
    do {
      let value = try await body()
      await journal.close()
      return value
    } catch {
      await journal.close()
      throw error
    }
  }

  func records(of plan: Plan) async throws -> [JobKey: JobRecord] {
    let journal = try Journal(directory: directory, now: clock.now)
    return try await closing(journal) { try await journal.records(of: plan.jobs.map(\.key)) }
  }

  /// Writes events as a run that was killed would have left them.
  func leave(_ events: [JournalEvent], of plan: Plan, run: String = "killed") async throws {
    let journal = try Journal(directory: directory, now: clock.now)
    try await closing(journal) {
      _ = try await journal.records(of: plan.jobs.map(\.key))
      try await journal.begin(
        RunHeader(id: run, started: clock.now, plan: Digest(of: "plan"), name: run, dues: []))
      try await journal.append(events)
    }
  }

  private func resources(_ service: ScriptedService, _ store: ScriptedStore) -> RunResources {
    let rule = PollRule(first: .seconds(1), every: .seconds(1), growth: 1.5, most: .seconds(30))
    let traits = ServiceTraits(
      name: "scripted", revision: 1, digest: Digest(of: ""), base: "https://service.example", parameters: [],
      appParameters: [],
      datasets: [
        DatasetTraits(
          name: "event", kind: .historical, window: WindowRule(unit: .day, render: .date, end: .included))
      ], formats: ["json"], limits: ServiceLimits(active: 8, activePerApp: 4),
      recovery: .marked, polling: rule)
    return RunResources(services: ["engagement": service], traits: ["engagement": traits], stores: ["lake": store])
  }
}

/// What a run told.
final class EventList: Sendable {
  private let news = Mutex<[RunNews]>([])

  @Sendable func take(_ news: RunNews) { self.news.withLock { $0.append(news) } }

  var events: [JournalEvent] {
    news.withLock { news in
      news.flatMap { news -> [JournalEvent] in if case .happened(let events) = news { events } else { [] } }
    }
  }

  var notices: [Scheduler.Notice] {
    news.withLock { news in
      news.compactMap { if case .noticed(let note) = $0 { note.notice } else { nil } }
    }
  }

  /// What happened, in the journal's words.
  var words: [String] { events.compactMap { $0.kind.json["event"]?.string } }
  var failures: [Failure] { events.compactMap(\.kind.failure) }
}
