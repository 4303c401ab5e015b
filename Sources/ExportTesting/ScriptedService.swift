// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A service in memory that does what a script tells it, and counts what was asked of it.
public actor ScriptedService: ExportService {
  public enum SubmitFault: Sendable {
    case refuse(ServiceError)
    /// The task is made, and the answer never arrives.
    case loseAnswer
    /// The request never arrives, and neither does an answer.
    case loseRequest
  }

  public enum PollFault: Sendable {
    case fail(ServiceError)
    case say(TaskStatus.Phase)
  }

  /// A task as the service holds it.
  public struct MadeTask: Sendable {
    public let id: String
    public let mark: TaskMark
    public let app: String
    let dataset: String
    public let window: SentWindow?
    var pollsLeft: Int
    var final: TaskStatus.Phase
    public var isLive: Bool { pollsLeft > 0 }
  }

  public private(set) var tasks: [MadeTask] = []
  public private(set) var submits = 0
  public private(set) var polls = 0
  public private(set) var finds = 0
  /// Requests of the list that looks at several tasks, and how many tasks these were in all.
  public private(set) var lists = 0
  public private(set) var listed = 0
  public private(set) var cancels = 0
  /// Tasks that were taken away, each as often as that was asked for.
  public private(set) var tidied: [String] = []
  /// The most live tasks at once, in all and of one app.
  public private(set) var mostLive = 0
  public private(set) var mostLiveOfApp = 0
  private var submitFaults: [SubmitFault]
  private var pollFaults: [PollFault]
  private var endings: [TaskStatus.Phase]
  private let pollsPerTask: Int
  private let recovery: RecoveryClass
  private let daysMost: Int?
  private let failsTooLarge: Bool
  private let confirmsCancels: Bool
  /// Tasks that the list does not tell of.
  private let unlisted: Set<String>
  private let beforeSubmit: @Sendable () async -> Void
  private var fetchFaults: [ServiceError]
  private var tidyFaults: [ServiceError]
  private let beforeTidy: @Sendable () async -> Void

  /// - Parameters:
  ///   - pollsPerTask: how often a task is looked at before it has ended.
  ///   - submitFaults: of the first submits, one each.
  ///   - pollFaults: of the first polls, one each.
  ///   - endings: how the first tasks end, one each; the rest succeed.
  ///   - recovery: how it tells what became of a submit.
  ///   - daysMost: windows of more days are refused as too large, or their tasks fail when `failsTooLarge`.
  ///   - confirmsCancels: a task that is to be stopped is stopped at once; else never.
  ///   - unlisted: tasks that its list does not tell of.
  ///   - fetchFaults: of the first results that are fetched from it, one each.
  ///   - tidyFaults: of the first tasks that are taken away, one each.
  ///   - beforeSubmit: waited for before a submit is looked at.
  ///   - beforeTidy: waited for before a task is taken away.
  public init(
    pollsPerTask: Int = 2, submitFaults: [SubmitFault] = [], pollFaults: [PollFault] = [],
    endings: [TaskStatus.Phase] = [], recovery: RecoveryClass = .marked, daysMost: Int? = nil,
    failsTooLarge: Bool = false, confirmsCancels: Bool = true, unlisted: Set<String> = [],
    fetchFaults: [ServiceError] = [], tidyFaults: [ServiceError] = [],
    beforeSubmit: @escaping @Sendable () async -> Void = {}, beforeTidy: @escaping @Sendable () async -> Void = {}
  ) {
    (self.pollsPerTask, self.submitFaults) = (pollsPerTask, submitFaults)
    (self.pollFaults, self.endings, self.recovery) = (pollFaults, endings, recovery)
    (self.daysMost, self.failsTooLarge) = (daysMost, failsTooLarge)
    (self.confirmsCancels, self.unlisted, self.beforeSubmit) = (confirmsCancels, unlisted, beforeSubmit)
    (self.fetchFaults, self.tidyFaults, self.beforeTidy) = (fetchFaults, tidyFaults, beforeTidy)
  }

  /// How many tasks of each job could still succeed or have: never more than one, whatever happened.
  public var goodTasksByKey: [String: Int] {
    Dictionary(tasks.filter { $0.final == .succeeded }.map { ($0.mark.key, 1) }, uniquingKeysWith: +)
  }

  /// How many tasks were made for each job.
  public var tasksByKey: [String: Int] { Dictionary(tasks.map { ($0.mark.key, 1) }, uniquingKeysWith: +) }

  public func submit(_ order: TaskOrder) async throws -> TaskReceipt {
    await beforeSubmit()
    submits += 1
    // A name or a token that was there before makes no second task.
    if let known = tasks.first(where: { $0.mark == order.mark }) {
      if recovery == .token { return TaskReceipt(id: known.id) }
      if recovery == .named { throw ServiceError(.never, "the name is taken", status: 409) }
    }
    if isTooLarge(order.window), !failsTooLarge {
      throw ServiceError(.split, "the window is too large", status: 413)
    }
    switch submitFaults.isEmpty ? nil : submitFaults.removeFirst() {
    case .refuse(let error): throw error
    case .loseRequest: throw ServiceError(.again, "the connection was reset", isLost: true)
    case .loseAnswer:
      _ = make(order)
      throw ServiceError(.again, "the connection was reset", isLost: true)
    case nil: return TaskReceipt(id: make(order).id)
    }
  }

  private func isTooLarge(_ window: SentWindow?) -> Bool {
    guard let daysMost, let window, let first = CivilDate(window.start), let last = CivilDate(window.end) else {
      return false
    }
    return last.dayNumber - first.dayNumber + 1 > daysMost
  }

  private func make(_ order: TaskOrder) -> MadeTask {
    var final: TaskStatus.Phase = endings.isEmpty ? .succeeded : endings.removeFirst()
    if isTooLarge(order.window) { final = .failed(reason: "the window is too large", isTooLarge: true) }
    let task = MadeTask(
      id: "task-\(tasks.count + 1)", mark: order.mark, app: order.appParameters.description,
      dataset: order.dataset, window: order.window, pollsLeft: pollsPerTask, final: final)
    tasks.append(task)
    let live = tasks.filter(\.isLive)
    mostLive = max(mostLive, live.count)
    mostLiveOfApp = max(mostLiveOfApp, live.count { $0.app == task.app })
    return task
  }

  public func poll(_ task: TaskReference) async throws -> TaskStatus {
    polls += 1
    switch pollFaults.isEmpty ? nil : pollFaults.removeFirst() {
    case .fail(let error): throw error
    case .say(let phase): return TaskStatus(phase)
    case nil: break
    }
    return try look(at: task.id)
  }

  private func look(at id: String) throws -> TaskStatus {
    guard let index = tasks.firstIndex(where: { $0.id == id }) else {
      throw ServiceError(.gone, "no task '\(id)'", status: 404)
    }
    tasks[index].pollsLeft -= 1
    return TaskStatus(tasks[index].isLive ? .running : tasks[index].final)
  }

  public func poll(_ wanted: [TaskReference]) async throws -> [FoundTask] {
    lists += 1
    listed += wanted.count
    return try wanted.filter { !unlisted.contains($0.id) }.map { FoundTask(id: $0.id, status: try look(at: $0.id)) }
  }

  public func find(_ lookup: TaskLookup) async throws -> [FoundTask] {
    finds += 1
    let app = lookup.appParameters.description
    return tasks.filter { task in
      switch recovery {
      case .marked, .named, .token, .blind: task.mark == lookup.mark
      case .single: task.app == app && task.isLive
      case .lookalike: task.app == app && task.dataset == lookup.dataset
      }
    }
    .map { FoundTask(id: $0.id, status: TaskStatus(.queued)) }
  }

  public func cancel(_ task: TaskReference) async throws -> TaskStatus {
    cancels += 1
    guard let index = tasks.firstIndex(where: { $0.id == task.id }) else {
      throw ServiceError(.gone, "no task '\(task.id)'", status: 404)
    }
    guard tasks[index].isLive else { return TaskStatus(tasks[index].final) }
    guard confirmsCancels else { return TaskStatus(.running) }
    (tasks[index].pollsLeft, tasks[index].final) = (0, .cancelled)
    return TaskStatus(.cancelled)
  }

  public nonisolated func finished(_ task: TaskReference, status: TaskStatus) -> FinishedTask {
    FinishedTask(id: task.id, prefix: nil)
  }

  public nonisolated func source(of task: TaskReference, status: TaskStatus) -> any ArtifactSource {
    ScriptedFile(service: self)
  }

  fileprivate func fetch() throws -> [UInt8] {
    if !fetchFaults.isEmpty { throw fetchFaults.removeFirst() }
    return Array("[]".utf8)
  }

  public func tidy(_ task: TaskReference) async throws {
    await beforeTidy()
    tidied.append(task.id)
    if !tidyFaults.isEmpty { throw tidyFaults.removeFirst() }
  }
}

/// The one file of a task, kept by the service.
private struct ScriptedFile: ArtifactSource {
  let service: ScriptedService

  func files(_ consume: (FetchedFile, ByteReader) async throws -> Void) async throws {
    var left = [try await service.fetch()]
    try await consume(FetchedFile(), ByteReader { left.popLast() })
  }
}

/// A store in memory that finds whatever a script tells it.
public actor ScriptedStore: ArtifactStore {
  /// How long each address was asked for.
  public private(set) var patiences: [Duration?] = []
  public var addresses: Int { patiences.count }
  public private(set) var collections = 0
  private var addressFaults: [StoreError]
  private var collectFaults: [StoreError]

  /// Of the one file that it finds.
  private let bytes: Int64

  public init(addressFaults: [StoreError] = [], collectFaults: [StoreError] = [], bytes: Int64 = 2) {
    (self.addressFaults, self.collectFaults, self.bytes) = (addressFaults, collectFaults, bytes)
  }

  public func address(for delivery: Delivery) async throws -> Secret {
    patiences.append(delivery.patience)
    if !addressFaults.isEmpty { throw addressFaults.removeFirst() }
    return Secret("https://store.example/container?sig=canary")
  }

  public func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification {
    collections += 1
    if !collectFaults.isEmpty { throw collectFaults.removeFirst() }
    return Verification(.verified, artifacts: [Artifact(name: "part-00000.json", bytes: bytes, sha256: nil, rows: 0)])
  }

  public func collect(
    _ delivery: Delivery, of task: FinishedTask, from source: any ArtifactSource, expecting expectation: Expectation
  ) async throws -> Verification {
    collections += 1
    if !collectFaults.isEmpty { throw collectFaults.removeFirst() }
    return Verification(.verified, artifacts: try await Self.files(of: source))
  }

  private static func files(of source: any ArtifactSource) async throws -> [Artifact] {
    var artifacts: [Artifact] = []
    try await source.files { _, body in
      var bytes: Int64 = 0
      while let chunk = try await body.next() { bytes += Int64(chunk.count) }
      artifacts.append(Artifact(name: "fetched-\(artifacts.count).json", bytes: bytes, sha256: nil, rows: 0))
    }
    return artifacts
  }
}
