// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The service's own side: tasks that live by the world's time, whoever asked for them.
final class SimulatedService: @unchecked Sendable {
  struct Task {
    enum Phase: Equatable {
      case queued, running, succeeded, cancelled, vanished
      case failed(isTooLarge: Bool)
    }

    let id: String
    let mark: TaskMark
    let order: TaskOrder
    /// By the world's time.
    let madeAt: Instant
    var phase = Phase.queued
    /// What it says of itself for a while instead of the truth.
    var riddle: String?
    /// Its files are as they should be.
    let isSound: Bool

    var isLive: Bool { phase == .queued || phase == .running }
    /// A result that is there, and may be taken.
    var isGood: Bool { phase == .succeeded && isSound }
  }

  let world: SimulatedWorld
  let weather: SimulatedWeather
  let recovery: RecoveryClass
  /// Longer windows are refused, or fail; `nil`: every length will do.
  let longestWindow: Duration?
  private(set) var tasks: [Task] = []
  /// Keys of jobs that it will never do.
  var doomed: Set<String> = []
  /// Until then credentials are refused.
  var lockedUntil: Int64 = 0
  /// Until then nothing answers.
  var awayUntil: Int64 = 0
  /// Told of each order that leaves for it.
  var leaving: (TaskOrder) -> Void = { _ in }
  /// Told of each task that was made.
  var made: (Task) -> Void = { _ in }

  init(_ world: SimulatedWorld, _ weather: SimulatedWeather, recovery: RecoveryClass, longestWindow: Duration?) {
    (self.world, self.weather, self.recovery) = (world, weather, recovery)
    self.longestWindow = longestWindow
  }

  var hasLiveTasks: Bool { tasks.contains(where: \.isLive) }

  func task(_ id: String) -> Task? { tasks.first { $0.id == id } }

  // MARK: Answers

  func submit(_ order: TaskOrder) throws -> TaskReceipt {
    try answerAtAll()
    // The same order again is the same task, where the service tells orders by what they carry.
    if recovery == .named || recovery == .token, let task = tasks.first(where: { $0.mark == order.mark }) {
      return TaskReceipt(id: task.id)
    }
    if doomed.contains(order.mark.key) { throw ServiceError(.never, "400 no such dataset", status: 400) }
    var isTooLarge = false
    if let longestWindow, let window = order.window, Self.length(window) > longestWindow {
      guard world.isDrawn(400) else { throw ServiceError(.split, "413 the window is too large", status: 413) }
      isTooLarge = true
    }
    let id = make(order, isTooLarge: isTooLarge)
    if world.goesWrong(weather.brokenAfterwards, "made, then 500") {
      throw ServiceError(.again, "500 after the task was made", status: 500, isLost: true)
    }
    return TaskReceipt(id: id, retryAfter: wish(), requestID: "r-\(id)", remaining: remaining())
  }

  func poll(_ id: String) throws -> TaskStatus {
    try answerAtAll()
    guard let task = task(id), task.phase != .vanished else {
      throw ServiceError(.gone, "404 no task \(id)", status: 404)
    }
    return status(of: task)
  }

  /// A page of a list: some tasks may be missing, come twice, and come in any order.
  func poll(_ ids: [String]) throws -> [FoundTask] {
    try answerAtAll()
    var found = ids.compactMap { task($0) }.filter { $0.phase != .vanished }
    if world.goesWrong(weather.listFaults, "short page"), !found.isEmpty {
      found.remove(at: world.draw(0...found.count - 1))
    }
    return page(found)
  }

  func find(_ lookup: TaskLookup) throws -> [FoundTask] {
    try answerAtAll()
    if world.goesWrong(weather.listFaults / 3, "cut list") { throw ServiceError(.again, "the list was cut short") }
    return page(tasks.reversed().filter { $0.phase != .vanished && mayBe($0, lookup) })
  }

  func cancel(_ id: String) throws -> TaskStatus {
    try answerAtAll()
    guard let index = tasks.firstIndex(where: { $0.id == id }), tasks[index].phase != .vanished else {
      throw ServiceError(.gone, "404 no task \(id)", status: 404)
    }
    if world.goesWrong(weather.slowCancels, "late cancel") {
      world.after(world.draw(500...60_000)) { [self] in change(index, to: .cancelled) }
    } else {
      change(index, to: .cancelled)
    }
    return status(of: tasks[index])
  }

  /// What goes wrong before a request is looked at.
  private func answerAtAll() throws {
    if world.now < awayUntil { throw ServiceError(.again, "no route", isUnreachable: true) }
    if world.now < lockedUntil { throw ServiceError(.login, "401 the credential is refused", status: 401) }
    if world.goesWrong(weather.busy, "429 or 503") {
      let pause: Duration? = world.isDrawn(500) ? .seconds(world.draw(1...30)) : nil
      let status = world.isDrawn(500) ? 429 : 503
      throw ServiceError(.busy, "\(status) slow down", retryAfter: pause, status: status)
    }
    if world.goesWrong(weather.broken, "500") {
      throw ServiceError(.again, "500 before anything was done", status: 500)
    }
  }

  private func page(_ tasks: [Task]) -> [FoundTask] {
    var found = tasks.map { FoundTask(id: $0.id, status: status(of: $0)) }
    guard world.goesWrong(weather.listFaults, "reordered page"), let twin = found.randomElement(using: &world.random)
    else { return found }
    found.append(twin)
    found.shuffle(using: &world.random)
    return found
  }

  private func status(of task: Task) -> TaskStatus {
    let phase: TaskStatus.Phase =
      if let riddle = task.riddle, task.isLive {
        .unknown(riddle)
      } else {
        switch task.phase {
        case .queued: .queued
        case .running: .running
        case .succeeded: .succeeded
        case .cancelled: .cancelled
        case .failed(let isTooLarge): .failed(reason: isTooLarge ? "too many rows" : "chance", isTooLarge: isTooLarge)
        case .vanished: .failed(reason: "vanished")
        }
      }
    return TaskStatus(phase, retryAfter: wish(), facts: ["mark": task.mark.description], remaining: remaining())
  }

  private func wish() -> Duration? { world.goesWrong(100) ? .seconds(world.draw(1...20)) : nil }

  private func remaining() -> Int? { world.goesWrong(150) ? world.draw(0...40) : nil }

  /// What the recovery class lets a service tell of. It looks back further than it was asked, because clocks differ.
  private func mayBe(_ task: Task, _ lookup: TaskLookup) -> Bool {
    let slack = Duration.milliseconds(2 * SimulatedWorld.mostSkew)
    guard task.madeAt.advanced(by: slack) >= lookup.since else { return false }
    switch recovery {
    case .marked, .named, .token: return task.mark == lookup.mark
    case .single:
      // It tells of its present or last task of the app, and of no other.
      let last = tasks.last { $0.order.appParameters == lookup.appParameters && $0.phase != .vanished }
      return task.id == last?.id && task.order.dataset == lookup.dataset && task.order.window == lookup.window
        && task.order.options == lookup.options && task.order.format == lookup.format
    case .lookalike:
      return task.order.appParameters == lookup.appParameters && task.order.dataset == lookup.dataset
        && task.order.window == lookup.window && task.order.options == lookup.options
        && task.order.format == lookup.format
    case .blind: return false
    }
  }

  static func length(_ window: SentWindow) -> Duration {
    guard let start = Instant(window.start), let end = Instant(window.end) else { return .zero }
    return start.duration(to: end)
  }

  // MARK: The life of a task

  private func make(_ order: TaskOrder, isTooLarge: Bool) -> String {
    let index = tasks.count
    let task = Task(
      id: "t\(index + 1)", mark: order.mark, order: order, madeAt: Instant(milliseconds: world.now),
      isSound: !world.goesWrong(weather.badArtifacts, "bad artifact"))
    tasks.append(task)
    world.tell("task \(task.id) of \(order.mark)")
    let isSlow = world.goesWrong(weather.slowTasks, "slow task")
    let queued = isSlow ? world.draw(1000...900_000) : world.draw(0...10_000)
    let running = isSlow ? world.draw(1000...900_000) : world.draw(1000...20_000)
    world.after(queued) { [self] in if tasks[index].phase == .queued { change(index, to: .running) } }
    let end: Task.Phase =
      isTooLarge || world.goesWrong(weather.failedTasks, "failed task") ? .failed(isTooLarge: isTooLarge) : .succeeded
    world.after(queued + running) { [self] in change(index, to: end) }
    if world.goesWrong(weather.unknownStates, "unknown state") {
      let from = world.draw(0...queued + running)
      world.after(from) { [self] in tasks[index].riddle = "Paused" }
      world.after(from + world.draw(1000...300_000)) { [self] in tasks[index].riddle = nil }
    }
    if world.goesWrong(weather.vanishingTasks, "vanishing task") {
      world.after(world.draw(1000...2 * (queued + running))) { [self] in vanish(index) }
    }
    made(task)
    return task.id
  }

  private func change(_ index: Int, to phase: Task.Phase) {
    guard tasks[index].isLive else { return }
    tasks[index].phase = phase
    world.tell("task \(tasks[index].id) \(phase)")
  }

  /// It is gone, and so are its files.
  private func vanish(_ index: Int) {
    tasks[index].phase = .vanished
    world.tell("task \(tasks[index].id) vanished")
  }
}
