// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Logging

/// What a run works with, by the plan's names.
public struct RunResources: Sendable {
  public var services: [String: any ExportService]
  public var traits: [String: ServiceTraits]
  public var stores: [String: any ArtifactStore]

  public init(
    services: [String: any ExportService], traits: [String: ServiceTraits], stores: [String: any ArtifactStore]
  ) {
    (self.services, self.traits, self.stores) = (services, traits, stores)
  }
}

/// Performs a plan: asks the scheduler, writes the journal, then does what was decided.
///
/// Everything that one batch of news leads to is written in one commit before any of it is done, so an intent is
/// durable before its request leaves and a result is durable before anything builds on it.
public struct Runner<C: Clock>: Sendable where C.Instant == Instant {
  private let plan: Plan
  private let resources: RunResources
  private let journal: Journal
  private let bounds: Scheduler.Bounds
  private let clock: C
  private let seed: UInt64
  private let logger: Logger
  #if DEBUG
    /// What is done wrong on purpose.
    public var planted: PlantedBug?
  #endif

  /// - Parameter seed: of everything drawn by chance in this run.
  public init(
    _ plan: Plan, resources: RunResources, journal: Journal, bounds: Scheduler.Bounds = .init(), clock: C,
    seed: UInt64, logger: Logger
  ) {
    (self.plan, self.resources, self.journal, self.bounds) = (plan, resources, journal, bounds)
    (self.clock, self.seed, self.logger) = (clock, seed, logger)
  }

  /// Runs until every due job has come to an end, or `stops` brings a reason to stop.
  ///
  /// - Parameters:
  ///   - planDigest: what the run's record names the plan by.
  ///   - stops: the first element ends the run as soon as requests under way have answered. Cancelling the calling
  ///     task does not: what is known is always written.
  ///   - observe: called with events once they are durable, in order, from one place.
  /// - Throws: `JournalError` when the state can no longer be written; nothing that was decided after the last
  ///   commit has been done.
  public func run(
    planDigest: Digest, stops: AsyncStream<Scheduler.StopReason> = AsyncStream { $0.finish() },
    observe: @escaping @Sendable (RunNews) -> Void = { _ in }
  ) async throws -> RunResult {
    var random = SeededGenerator(seed: seed)
    let records = try await journal.records(of: plan.jobs.map(\.key))
    var scheduler = try Scheduler(plan, services: serviceRules(), records: records, bounds: bounds)
    #if DEBUG
      scheduler.releasesTwice = planted == .releaseTwice
    #endif
    let started = clock.now
    var actions = scheduler.handle(.begin, at: started, using: &random)
    let header = RunHeader(
      id: RunHeader.newID(at: started, using: &random), started: started, plan: planDigest, name: plan.name,
      dues: scheduler.dues)
    try await journal.begin(header)
    observe(.began(header))

    let mailbox = Mailbox<Scheduler.Event>()
    let stopReason = try await withThrowingDiscardingTaskGroup { group in
      group.addTask { for await stop in stops { mailbox.send(.stop(stop)) } }
      var armed: Instant?
      while true {
        #if DEBUG
          if planted == .submitBeforeIntent {
            for case .submit(let job, let attempt) in actions {
              perform(.submit(job: job, attempt: attempt), in: &group, mailbox)
            }
          }
        #endif
        try await write(actions, observe)
        for action in actions {
          #if DEBUG
            if planted == .submitBeforeIntent, case .submit = action { continue }
          #endif
          if case .finish(let reason) = action {
            group.cancelAll()
            return reason
          }
          perform(action, in: &group, mailbox)
        }
        let now = clock.now
        if let passed = armed, passed <= now { armed = nil }
        if let next = scheduler.nextDeadline, armed.map({ next < $0 }) ?? true {
          armed = next
          group.addTask {
            // Cancelled at the end of the run, when nobody listens any more.
            try? await clock.sleep(until: next, tolerance: nil)
            mailbox.send(.tick)
          }
        }
        actions = []
        for event in await mailbox.takeAll() {
          actions += scheduler.handle(event, at: clock.now, using: &random)
        }
      }
    }
    let ended = clock.now
    let result = RunResult(
      header: header, ended: ended, stop: stopReason, states: plan.jobs.indices.map(scheduler.state))
    try await journal.end(at: ended, outcome: result.outcome.rawValue)
    return result
  }

  private func serviceRules() throws -> [Scheduler.ServiceRule] {
    plan.services.map { service in
      let rule =
        resources.traits[service.name]?.polling
        ?? PollRule(first: .seconds(2), every: .seconds(2), growth: 1.5, most: .seconds(60))
      return Scheduler.ServiceRule(limits: service.limits, polling: PollPolicy(rule))
    }
  }

  private func write(_ actions: [Scheduler.Action], _ observe: (RunNews) -> Void) async throws {
    let events = actions.compactMap { action in
      if case .record(let event) = action { event } else { nil }
    }
    guard !events.isEmpty else { return }
    try await journal.append(events)
    for event in events { log(event) }
    observe(.happened(events))
  }

  private func log(_ event: JournalEvent) {
    let level: Logger.Level = event.kind.failure == nil ? .debug : .info
    logger.log(
      level: level, "\(event.kind.word)\(event.kind.failure.map { ": \($0.message)" } ?? "")",
      metadata: ["job": "\(event.key.short)"])
  }

  // MARK: Doing

  private func perform(
    _ action: Scheduler.Action, in group: inout ThrowingDiscardingTaskGroup<any Error>,
    _ mailbox: Mailbox<Scheduler.Event>
  ) {
    switch action {
    case .record, .finish: return
    case .submit(let job, let attempt):
      group.addTask { mailbox.send(await submit(job, attempt)) }
    case .find(let job, let attempt, let since):
      group.addTask {
        let found = await answer { try await service(of: job).find(lookup(job, attempt, since)) }
        mailbox.send(.found(job: job, attempt: attempt, found))
      }
    case .poll(let job, let attempt, let task):
      group.addTask {
        let status = await answer { try await service(of: job).poll(reference(job, task)) }
        mailbox.send(.polled(job: job, attempt: attempt, status))
      }
    case .collect(let job, let attempt, let task, let status):
      group.addTask {
        let result = await collect(job, attempt, task, status)
        mailbox.send(.collected(job: job, attempt: attempt, result))
      }
    }
  }

  private func submit(_ job: Int, _ attempt: Int) async -> Scheduler.Event {
    let planned = plan.jobs[job]
    let address: Secret
    do {
      address = try await store(of: job).address(for: delivery(job, attempt))
    } catch {
      return .unaddressed(job: job, attempt: attempt, Self.storeError(error))
    }
    let order = TaskOrder(
      mark: TaskMark(planned.key, attempt: attempt), appParameters: plan.apps[planned.app].parameters,
      dataset: planned.dataset, options: plan.options(of: planned),
      format: planned.format, window: planned.sent, delivery: address)
    var receipt = await answer { try await service(of: job).submit(order) }
    #if DEBUG
      if planted == .resubmitAfterTimeout, case .failure(var error) = receipt {
        error.isLost = false
        receipt = .failure(error)
      }
    #endif
    return .submitted(job: job, attempt: attempt, receipt)
  }

  private func collect(
    _ job: Int, _ attempt: Int, _ task: String, _ status: TaskStatus
  ) async -> Result<Verification, StoreError> {
    let planned = plan.jobs[job]
    do {
      let service = try service(of: job)
      let verify = plan.exports[planned.export].verify
      let traits = resources.traits[plan.service(of: planned).name]
      var rows = traits?.dataset(planned.dataset)?.rows ?? RowRule()
      if !verify.schema { rows.required = [] }
      let window = planned.kind == .historical && verify.insideWindow ? planned.window : nil
      let verification = try await store(of: job).collect(
        delivery(job, attempt), of: service.finished(reference(job, task), status: status),
        expecting: Expectation(format: planned.format, rows: rows, window: window, minRows: verify.minRows))
      return .success(verification)
    } catch {
      return .failure(Self.storeError(error))
    }
  }

  /// What a service answered. An error that no service should throw counts as an answer that was lost.
  private func answer<Value: Sendable>(_ call: () async throws -> Value) async -> Result<Value, ServiceError> {
    do {
      return .success(try await call())
    } catch let error as ServiceError {
      return .failure(error)
    } catch {
      return .failure(ServiceError(.again, "the call was broken off: \(type(of: error))", isLost: true))
    }
  }

  private static func storeError(_ error: any Error) -> StoreError {
    (error as? StoreError) ?? .again("the transfer was broken off: \(type(of: error))", retryAfter: nil)
  }

  // MARK: Looking up

  private func service(of job: Int) throws -> any ExportService {
    let name = plan.service(of: plan.jobs[job]).name
    guard let service = resources.services[name] else {
      throw ServiceError(.never, "the service '\(name)' is not set up")
    }
    return service
  }

  private func store(of job: Int) throws -> any ArtifactStore {
    let name = plan.destination(of: plan.jobs[job]).name
    guard let store = resources.stores[name] else { throw StoreError.never("the destination '\(name)' is not set up") }
    return store
  }

  private func reference(_ job: Int, _ task: String) -> TaskReference {
    let planned = plan.jobs[job]
    return TaskReference(id: task, appParameters: plan.apps[planned.app].parameters, dataset: planned.dataset)
  }

  private func lookup(_ job: Int, _ attempt: Int, _ since: Instant) -> TaskLookup {
    let planned = plan.jobs[job]
    return TaskLookup(
      mark: TaskMark(planned.key, attempt: attempt), appParameters: plan.apps[planned.app].parameters,
      dataset: planned.dataset, since: since)
  }

  private func delivery(_ job: Int, _ attempt: Int) -> Delivery {
    let planned = plan.jobs[job]
    return Delivery(
      key: planned.key, attempt: attempt, export: plan.exports[planned.export].name,
      app: plan.apps[planned.app].name, dataset: planned.dataset, format: planned.format, label: planned.label)
  }
}
