// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

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

  /// A service without traits is looked at every few seconds, and recovered by the class that the plan tells.
  func rules(of plan: Plan) -> [Scheduler.ServiceRule] {
    plan.services.map { service in
      if let traits = traits[service.name] { return Scheduler.ServiceRule(traits, limits: service.limits) }
      let rule = PollRule(first: .seconds(2), every: .seconds(2), growth: 1.5, most: .seconds(60))
      var known = Scheduler.ServiceRule(limits: service.limits, polling: PollPolicy(rule))
      known.recovery = service.recovery
      return known
    }
  }
}

/// The world, as far as a run's jobs are concerned. Every call answers; none throws. Each call under way refers to it, so
/// it is one object.
final class JobWorld: Sendable {
  let plan: Plan
  let resources: RunResources
  /// Of what was asked for, tasks that are known to be another job's; `nil` when that cannot be told.
  let othersTasks: @Sendable ([String], JobKey) async -> Set<String>?

  init(
    plan: Plan, resources: RunResources, othersTasks: @escaping @Sendable ([String], JobKey) async -> Set<String>?
  ) {
    (self.plan, self.resources, self.othersTasks) = (plan, resources, othersTasks)
  }

  // MARK: Services

  /// - Returns: what the scheduler is to be told.
  func submit(_ job: PlannedJob, _ attempt: Int, index: Int) async -> Scheduler.Event {
    // What is fetched is written by nobody else.
    var address = Secret("")
    do {
      if !isFetched(job) { address = try await store(of: job).address(for: delivery(job, attempt)) }
    } catch {
      return .unaddressed(job: index, attempt: attempt, Self.storeError(error))
    }
    let order = TaskOrder(
      mark: TaskMark(job.key, attempt: attempt), appParameters: plan.apps[job.app].parameters,
      dataset: job.dataset, options: plan.options(of: job), format: job.format, window: job.sent, delivery: address)
    let receipt = await answer(mayBeLost: true) { try await service(of: job).submit(order) }
    return .submitted(job: index, attempt: attempt, receipt)
  }

  func find(_ job: PlannedJob, _ attempt: Int, since: Instant) async -> Result<[FoundTask], ServiceError> {
    let lookup = TaskLookup(
      mark: TaskMark(job.key, attempt: attempt), appParameters: plan.apps[job.app].parameters, dataset: job.dataset,
      options: plan.options(of: job), format: job.format, window: job.sent, since: since)
    let found = await answer { try await service(of: job).find(lookup) }
    // The tasks of these are told by their looks: what another job has, or this one had, is left out.
    guard [.lookalike, .single].contains(plan.service(of: job).recovery), case .success(let tasks) = found,
      !tasks.isEmpty
    else {
      return found
    }
    guard let others = await othersTasks(tasks.map(\.id), job.key) else {
      return .failure(ServiceError(.again, "the ledger does not say whose tasks these are"))
    }
    return .success(tasks.filter { !others.contains($0.id) })
  }

  func poll(_ job: PlannedJob, _ task: String) async -> Result<TaskStatus, ServiceError> {
    await answer { try await service(of: job).poll(reference(job, task)) }
  }

  /// - Parameter tasks: of one app.
  func poll(_ tasks: [(PlannedJob, String)]) async -> Result<[FoundTask], ServiceError> {
    guard let first = tasks.first else { return .success([]) }
    return await answer { try await service(of: first.0).poll(tasks.map { reference($0.0, $0.1) }) }
  }

  func stop(_ job: PlannedJob, _ task: String) async -> Result<TaskStatus, ServiceError> {
    await answer { try await service(of: job).cancel(reference(job, task)) }
  }

  /// - Returns: the failure, which nobody waits for.
  func tidy(_ job: PlannedJob, _ task: String) async -> ServiceError? {
    switch await answer({ try await service(of: job).tidy(reference(job, task)) }) {
    case .success: nil
    case .failure(let error): error
    }
  }

  // MARK: Artifacts

  /// - Returns: what the scheduler is to be told.
  func collect(
    _ job: PlannedJob, _ attempt: Int, _ task: String, _ status: TaskStatus, index: Int
  ) async -> Scheduler.Event {
    do {
      let (service, store) = (try service(of: job), try store(of: job))
      var made = reference(job, task)
      made.making = TaskMaking(
        mark: TaskMark(job.key, attempt: attempt), options: plan.options(of: job), format: job.format, window: job.sent)
      let finished = service.finished(made, status: status)
      let verification =
        if isFetched(job) {
          try await store.collect(
            delivery(job, attempt), of: finished, from: service.source(of: made, status: status),
            expecting: expectation(of: job))
        } else {
          try await store.collect(delivery(job, attempt), of: finished, expecting: expectation(of: job))
        }
      return .collected(job: index, attempt: attempt, .success(verification))
    } catch let error as ServiceError {
      return .unfetched(job: index, attempt: attempt, error)
    } catch {
      return .collected(job: index, attempt: attempt, .failure(Self.storeError(error)))
    }
  }

  private func expectation(of job: PlannedJob) -> Expectation {
    let verify = plan.exports[job.export].verify
    var rows = traits(of: job)?.dataset(job.dataset)?.rows ?? RowRule()
    if !verify.schema { rows = rows.withoutSchema }
    let window = job.kind == .historical && verify.insideWindow ? job.window : nil
    var expectation = Expectation(format: job.format, rows: rows, window: window, minRows: verify.minRows)
    expectation.unique = verify.uniqueness(rows.unique)
    return expectation
  }

  // MARK: Parts

  /// What a service answered. An error that no service should throw counts as an answer that was lost.
  private func answer<Value: Sendable>(
    mayBeLost: Bool = false, _ call: () async throws -> Value
  ) async -> Result<Value, ServiceError> {
    do {
      return .success(try await call())
    } catch let error as ServiceError {
      return .failure(error)
    } catch {
      return .failure(
        ServiceError(.again, "the call was broken off: \(type(of: error))", isLost: mayBeLost))
    }
  }

  private static func storeError(_ error: any Error) -> StoreError {
    (error as? StoreError) ?? .again("the transfer was broken off: \(type(of: error))", retryAfter: nil)
  }

  private func service(of job: PlannedJob) throws -> any ExportService {
    let name = plan.service(of: job).name
    guard let service = resources.services[name] else {
      throw ServiceError(.never, "the service '\(name)' is not set up")
    }
    return service
  }

  private func traits(of job: PlannedJob) -> ServiceTraits? { resources.traits[plan.service(of: job).name] }

  /// The service keeps what it exports.
  private func isFetched(_ job: PlannedJob) -> Bool { traits(of: job)?.delivery == .fetched }

  private func store(of job: PlannedJob) throws -> any ArtifactStore {
    let name = plan.destination(of: job).name
    guard let store = resources.stores[name] else { throw StoreError.never("the destination '\(name)' is not set up") }
    return store
  }

  private func reference(_ job: PlannedJob, _ task: String) -> TaskReference {
    TaskReference(id: task, appParameters: plan.apps[job.app].parameters, dataset: job.dataset)
  }

  private func delivery(_ job: PlannedJob, _ attempt: Int) -> Delivery {
    var delivery = Delivery(
      key: job.key, attempt: attempt, export: plan.exports[job.export].name, app: plan.apps[job.app].name,
      dataset: job.dataset, format: job.format, label: job.label)
    if case .container(let rights)? = traits(of: job)?.delivery { delivery.rights = rights }
    delivery.patience = plan.exports[job.export].timeouts.longest
    return delivery
  }
}
