// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation
import Logging
import Synchronization

/// One whole history of a plan in a world that a seed draws: runs that are killed, interrupted, halted and begun again,
/// on a virtual clock, with a service and a wire that go wrong. The same seed gives the same history, to the byte.
///
/// Runs on the calling thread and nowhere else; takes no time but what it computes.
public struct Simulation {
  /// What is drawn from, and what is left out.
  public struct Options: Sendable {
    public enum ClockSteps: Sendable { case never, betweenRuns, anywhere }

    /// One is drawn.
    public var recovery: [RecoveryClass] = [.marked]
    /// When the machine's clock is set.
    public var clockSteps = ClockSteps.anywhere
    /// The program measures time from its beginning on, and does not see that the clock is set.
    public var hasSteadyClock = false
    /// Some windows are too large for the service.
    public var splits = false
    /// Later runs have plans of later days.
    public var laterPlans = true
    /// Some time limits are shorter than some tasks take.
    public var shortTimeouts = true
    #if DEBUG
      /// What the program does wrong on purpose.
      public var planted: PlantedBug?
    #endif

    public init() {}
  }

  /// What came of it.
  public struct Result: Sendable {
    public var seed: UInt64
    /// The promise that was broken; `nil`: none.
    public var violation: String?
    /// Of the whole trace.
    public var digest: Digest
    public var trace: [UInt8]
    /// How often each kind of thing happened: faults, events, ends of runs.
    public var counts: [String: Int]
    public var steps = 0
    public var runs = 0
    public var crashes = 0
    public var tasks = 0
    /// How long it was by the world's clock.
    public var elapsed: Duration
  }

  enum Ending { case finished, crashed, broken }

  /// Longer than any run takes that ends: a run beyond them has lost its way.
  static let longestRun = 3 * 86_400_000
  static let mostSteps = 60_000
  /// Per mille of commits: the ledger is read, and compared.
  private static let looks = 200

  private let seed: UInt64
  private let options: Options
  let world: SimulatedWorld
  let weather: SimulatedWeather
  private let wire: SimulatedWire
  private let service: SimulatedService
  let watch: SimulatedWatch
  private let plans: SimulatedPlans
  private let traits: ServiceTraits
  private let bounds: Scheduler.Bounds
  let folder: URL
  var steps = 0
  private var runs = 0
  var crashes = 0
  /// What a person has looked up of tasks that cannot be told apart.
  private var adopts: [JobKey: String?] = [:]

  /// - Parameter directory: a folder that exists, where each simulation makes one of its own for its states.
  public init(seed: UInt64, options: Options = Options(), directory: URL = Simulation.usualDirectory) {
    (self.seed, self.options) = (seed, options)
    let asOf = Instant(seconds: 1_480_000_000)
    world = SimulatedWorld(seed: seed, now: asOf)
    weather = SimulatedWeather(drawing: world)
    wire = SimulatedWire(world, weather)
    let recovery = options.recovery.randomElement(using: &world.random) ?? .marked
    plans = SimulatedPlans(
      drawing: world, asOf: asOf, recovery: recovery, shortTimeouts: options.shortTimeouts, longWindows: options.splits)
    service = SimulatedService(
      world, weather, recovery: recovery,
      longestWindow: options.splits ? .seconds(86_400 * world.draw(1...3)) : nil)
    traits = plans.traits(drawing: world)
    bounds = Scheduler.Bounds(active: world.draw(2...8), collecting: world.draw(1...3), settle: .seconds(60))
    watch = SimulatedWatch(world, service, limits: traits.limits)
    folder = directory.appendingPathComponent("outhaul-simulation-\(UUID().uuidString)")
  }

  /// In memory where the system has such a place: a state is written and read back very often.
  public static var usualDirectory: URL {
    let memory = URL(fileURLWithPath: "/dev/shm")
    return FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
  }

  /// The whole history.
  public mutating func run() -> Result {
    defer { try? FileManager.default.removeItem(at: folder) }
    var day = 0
    for job in plans.plan(later: 0).jobs where world.isDrawn(20) { service.doomed.insert(job.key.base32) }
    let stormy = world.draw(1...5)
    for _ in 0..<stormy where world.violation == nil {
      if options.laterPlans, world.isDrawn(150) {
        day += 1
        world.pass(86_400_000)
      }
      arrangeTroubles()
      live(part(of: plans.plan(later: day)))
      if world.violation == nil { world.pass(world.draw(0...(world.isDrawn(500) ? 5000 : 400_000))) }
    }
    if world.violation == nil { calmDown() }
    // The first finds what is left of the storm, and may have to give something up.
    for last in [false, true] where world.violation == nil {
      adopts = lookedUp()
      let result = live(plans.plan(later: day))
      if last, let result { watch.expectDone(result) }
    }
    return Result(
      seed: seed, violation: world.violation, digest: Digest(of: world.trace.bytes), trace: world.trace.bytes,
      counts: world.counts, steps: steps, runs: runs, crashes: crashes, tasks: service.tasks.count,
      elapsed: .milliseconds(world.elapsed))
  }

  /// Now and then a run is given the jobs of one app only.
  private func part(of plan: Plan) -> Plan {
    guard plan.apps.count > 1, world.isDrawn(100),
      let selection = try? Selection(select: ["app:\(plan.apps[world.draw(0...plan.apps.count - 1)].name)"])
    else { return plan }
    world.count("part of a plan")
    return selection.applied(to: plan).plan
  }

  /// Of jobs that were left to a person: what the service knows of their tasks.
  private func lookedUp() -> [JobKey: String?] {
    watch.records.filter { $1.state == .abandoned && $1.task == nil && $1.lastFailure?.cause == .ambiguous }
      .reduce(into: [:]) { adopts, entry in
        let mark = TaskMark(entry.key, attempt: entry.value.attempt)
        adopts[entry.key] = .some(service.tasks.last { $0.mark == mark }?.id)
      }
  }

  /// Troubles that come and go, besides those of single requests.
  private func arrangeTroubles() {
    if world.isDrawn(100) {
      world.after(world.draw(0...100_000)) { [service, world] in
        service.lockedUntil = world.now + Int64(world.draw(1000...200_000))
      }
    }
    if world.isDrawn(100) {
      world.after(world.draw(0...100_000)) { [service, world] in
        service.awayUntil = world.now + Int64(world.draw(1000...200_000))
      }
    }
    guard options.clockSteps != .never, world.isDrawn(300) else { return }
    let skew = Int64(world.draw(-SimulatedWorld.mostSkew...SimulatedWorld.mostSkew))
    let isLater = options.clockSteps == .anywhere && world.isDrawn(800)
    world.after(isLater ? world.draw(0...300_000) : 0) { [world] in
      world.skew = skew
      world.count("clock set")
      world.tell("the clock is set: it is wrong by \(skew) ms")
    }
    if !isLater { world.pass(1) }
  }

  /// Lets everything end that is under way, and nothing go wrong any more.
  private func calmDown() {
    world.isCalm = true
    world.pass(2 * SimulatedWire.longest)
    while service.hasLiveTasks, world.happenNext() {}
    (service.lockedUntil, service.awayUntil) = (0, 0)
    world.tell("calm")
  }

  // MARK: One life of the program

  @discardableResult
  private mutating func live(_ plan: Plan) -> RunResult? {
    runs += 1
    world.tell("run \(runs)")
    let process = SimulatedProcess(in: world, wire: wire)
    let journal: Journal
    do {
      journal = try Journal(directory: state(crashes), now: world.wall)
    } catch {
      world.broken("the state cannot be opened: \(error)")
      return nil
    }
    watch.begins(plan, bounds: bounds)
    compareRows(of: plan, journal, process)
    return run(plan, journal, process)
  }

  private mutating func run(_ plan: Plan, _ journal: Journal, _ process: SimulatedProcess) -> RunResult? {
    let (stops, stop) = AsyncStream.makeStream(of: Scheduler.StopReason.self)
    if world.goesWrong(250) {
      world.after(world.draw(0...200_000)) { [world] in
        world.tell("interrupt")
        stop.yield(.interrupted)
      }
    }
    let (cancels, cancel) = AsyncStream.makeStream(of: Void.self)
    if world.goesWrong(80, "second interrupt") {
      world.after(world.draw(0...200_000)) { [world] in
        world.tell("second interrupt")
        cancel.yield()
      }
    }
    var bounds = bounds
    if world.goesWrong(60, "run that only cancels") { bounds.purpose = .cancel }
    let answer = Answer<RunResult>()
    var wishes = Runner<SimulatedClock>.Wishes()
    wishes.adopts = adopts
    wishes.redoes = bounds.purpose == .work && world.goesWrong(60, "redo")
    let runner = Runner(
      plan,
      resources: RunResources(
        services: ["engagement": SimulatedServiceClient(service: service, process: process)],
        traits: ["engagement": traits], stores: ["lake": SimulatedStoreClient(service: service, process: process)]),
      journal: journal, bounds: bounds, wishes: wishes,
      clock: SimulatedClock(process, isSteady: options.hasSteadyClock),
      seed: world.random.next(),
      logger: Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() }))
    let (planted, watch, world) = (planting(runner), watch, world)
    let ledger = try? Ledger(directory: state(crashes))
    Task.detached(executorPreference: process.executor) {
      await answer.take {
        try await planted.run(planDigest: Digest(of: plan.name), stops: stops, cancels: cancels) { news in
          guard process.isAlive else { return }
          switch news {
          case .began(let header): watch.began(header)
          case .happened(let events):
            watch.happened(events)
            // Who only looks sees the same, at any time.
            guard world.isDrawn(Self.looks), let rows = try? ledger?.records(of: plan.jobs.keys) else { return }
            watch.compare(rows, of: plan.jobs.keys)
          case .expects, .noticed, .waits: break
          }
        }
      }
    }
    let crash = world.goesWrong(600) ? drawnCrash() : nil
    let ending = drive(process, crashAfter: crash) { answer.value != nil }
    defer {
      stop.finish()
      cancel.finish()
    }
    switch ending {
    case .finished: return end(answer.value, journal, process)
    case .crashed:
      crashes += 1
      world.tell("crash")
      world.count("crash")
      process.die()
      if let events = ask(process, { try await journal.events() }) { watch.reconcile(events) }
      copyState()
      abandon(journal, process)
    case .broken:
      process.die()
      abandon(journal, process)
    }
    return nil
  }

  private func planting(_ runner: Runner<SimulatedClock>) -> Runner<SimulatedClock> {
    #if DEBUG
      var runner = runner
      runner.planted = options.planted
    #endif
    return runner
  }

  private func end(
    _ answer: Swift.Result<RunResult, any Error>?, _ journal: Journal, _ process: SimulatedProcess
  ) -> RunResult? {
    if let events = ask(process, { try await journal.events() }) { watch.reconcile(events) }
    compareRows(of: watch.plan, journal, process)
    _ = ask(process) { await journal.close() }
    switch answer {
    case .success(let result):
      watch.ended(result)
      world.tell("run \(runs) \(result.outcome)")
      world.count("run \(result.outcome)")
      return result
    case .failure(let error): world.broken("the run threw \(error)")
    case nil: break
    }
    return nil
  }

  func state(_ number: Int) -> URL { folder.appendingPathComponent("\(number)") }

  /// Early ones as often as late ones.
  private func drawnCrash() -> Int {
    let most = [10, 40, 150, 600, 2500]
    return world.draw(1...most[world.draw(0...most.count - 1)])
  }
}
