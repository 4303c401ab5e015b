// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// How much a run asked of services at once, against what the plan allows. A task counts from its intent until the run
/// knew its end, as it does for the limits; parts count as tasks of their own.
public struct LimitsUsed: Sendable, Equatable {
  /// Tasks that were live at once.
  public struct Use: Sendable, Equatable {
    /// Of a service, an app or an export.
    public var name: String
    /// `nil`: only what it is part of has a limit.
    public var limit: Int?
    public var most: Int
    /// When there were so many for the first time.
    public var mostAt: Instant
    /// Over the whole run.
    public var average: Double
  }

  /// Requests in any one second.
  public struct Rate: Sendable, Equatable {
    public var limit: Double?
    public var most: Int
  }

  /// Fewer tasks than the limit.
  public struct Lowered: Sendable, Equatable {
    public var active: Int
    public var at: Instant
  }

  public struct Service: Sendable, Equatable {
    public var live: Use
    /// Those that had tasks, the most used first.
    public var apps: [Use]
    /// Exports with a limit of their own.
    public var exports: [Use]
    /// `nil` where no request is known.
    public var calls: Rate?
    /// Requests for a task; without known requests, by the intents.
    public var submits: Rate
    /// The fewest tasks that it was given at once because it asked for patience; `nil`: it never did.
    public var lowered: Lowered?
  }

  /// All services together.
  public let live: Use
  /// In the plan's order; those that had nothing to do are left out.
  public let services: [Service]

  public init(_ report: RunReport) {
    let plan = report.plan.plan
    var (all, ofService) = (Tally(), [Int: Tally]())
    var (ofApp, ofExport) = ([Pair: Tally](), [Int: Tally]())
    func count(_ place: Int, _ change: Int, at: Instant) {
      let job = report.jobs[place]
      let service = plan.exports[job.export].service
      all.add(change, at: at)
      ofService[service, default: Tally()].add(change, at: at)
      ofApp[Pair(service, job.app), default: Tally()].add(change, at: at)
      ofExport[job.export, default: Tally()].add(change, at: at)
    }
    // By number of the events' keys.
    var isLive = [Bool](repeating: false, count: report.events.keys.count)
    for (place, number) in Self.liveAtStart(report).sorted(by: { $0.place < $1.place }) {
      count(place, 1, at: report.header.started)
      if let number { isLive[number] = true }
    }
    var submits: [Int: [Instant]] = [:]
    for (index, event) in report.events.enumerated() {
      let number = report.events.keyNumber(of: index)
      guard let place = report.table.place(ofKey: number) else { continue }
      if event.kind.takesSlot {
        let service = plan.exports[report.jobs[place].export].service
        if case .intent = event.kind { submits[service, default: []].append(event.at) }
        if !isLive[number] { count(place, 1, at: event.at) }
        isLive[number] = true
      } else if event.kind.freesSlot, isLive[number] {
        isLive[number] = false
        count(place, -1, at: event.at)
      }
    }
    func use(_ name: String, _ tally: Tally?, _ limit: Int?) -> Use {
      (tally ?? Tally()).use(name, limit, from: report.header.started, to: report.ended)
    }
    self.live = use("all", all, nil)
    let requests = Self.requests(report)
    services = plan.services.indices.compactMap { index in
      let service = plan.services[index]
      guard let tally = ofService[index] else { return nil }
      let apps = ofApp.filter { $0.key.first == index }
        .map { use(plan.apps[$0.key.second].name, $0.value, service.limits.activePerApp) }
        .sorted { ($1.most, $1.average, $0.name) < ($0.most, $0.average, $1.name) }
      let exports = plan.exports.indices.filter { plan.exports[$0].service == index && ofExport[$0] != nil }
        .compactMap { export in
          plan.exports[export].limits.active.map { use(plan.exports[export].name, ofExport[export], $0) }
        }
      let (calls, sent) = requests[index] ?? ([], [])
      return Service(
        live: use(service.name, tally, service.limits.active), apps: apps, exports: exports,
        calls: calls.isEmpty
          ? nil : Rate(limit: service.limits.callsPerSecond, most: Self.mostInASecond(calls)),
        submits: Rate(
          limit: service.limits.submitsPerSecond,
          most: Self.mostInASecond(sent.isEmpty ? submits[index] ?? [] : sent)),
        lowered: Self.lowered(service.name, report.notes))
    }
  }

  private static func lowered(_ name: String, _ notes: [RunNote]) -> Lowered? {
    let all = notes.compactMap { note -> Lowered? in
      switch note.notice {
      case .throttled(name, let active), .limited(name, let active): Lowered(active: active, at: note.at)
      default: nil
      }
    }
    return all.min { $0.active < $1.active }
  }

  /// Tasks that earlier runs had made and that still held a place when this one began: by what it first learned of them.
  /// With the number of their keys among those of events, where they have one.
  private static func liveAtStart(_ report: RunReport) -> [(place: Int, number: Int?)] {
    var live: [(place: Int, number: Int?)] = []
    let inFlight = report.jobs.filter { $0.due == .inFlight }
    guard !inFlight.isEmpty else { return [] }
    var isSeen = [Bool](repeating: false, count: report.events.keys.count)
    for (index, event) in report.events.enumerated() {
      let number = report.events.keyNumber(of: index)
      guard !isSeen[number] else { continue }
      isSeen[number] = true
      guard let place = report.table.place(ofKey: number), report.jobs[place].due == .inFlight,
        event.kind.tellsOfATask
      else { continue }
      live.append((place, number))
    }
    let seen = Set(report.events.keys)
    live += inFlight.filter { $0.parts == 0 && !seen.contains($0.job.key) }.map { ($0.place, nil) }
    return live
  }

  /// By service when its requests were sent, and those of them for a task: the requests of its jobs, and those that name no
  /// job where the address tells the service.
  private static func requests(_ report: RunReport) -> [Int: (calls: [Instant], submits: [Instant])] {
    let plan = report.plan.plan
    var requests: [Int: (calls: [Instant], submits: [Instant])] = [:]
    for request in report.requests {
      let place = request.key.flatMap { report.place(of: $0) }
      let service =
        place.map { plan.exports[report.jobs[$0].export].service }
        ?? plan.services.firstIndex { request.url.hasPrefix($0.base) }
      guard let service else { continue }
      requests[service, default: ([], [])].calls.append(request.at)
      if request.step == .submit { requests[service, default: ([], [])].submits.append(request.at) }
    }
    return requests
  }

  /// How many of them lie in one second, wherever that begins.
  static func mostInASecond(_ times: [Instant]) -> Int {
    let sorted = times.sorted()
    var (first, most) = (0, 0)
    for (index, time) in sorted.enumerated() {
      while sorted[first].milliseconds + 1000 <= time.milliseconds { first += 1 }
      most = max(most, index - first + 1)
    }
    return most
  }

  private struct Pair: Hashable {
    var first: Int
    var second: Int

    init(_ first: Int, _ second: Int) { (self.first, self.second) = (first, second) }
  }

  /// A number that rises and falls.
  private struct Tally {
    private var now = 0
    private var most = 0
    private var mostAt: Instant?
    private var since: Instant?
    /// The number times milliseconds.
    private var area: Double = 0

    mutating func add(_ change: Int, at: Instant) {
      settle(at)
      now += change
      if now > most { (most, mostAt) = (now, at) }
    }

    private mutating func settle(_ at: Instant) {
      if let since, at > since { area += Double(now) * Double(since.duration(to: at).milliseconds) }
      since = max(since ?? at, at)
    }

    func use(_ name: String, _ limit: Int?, from start: Instant, to end: Instant) -> Use {
      var whole = self
      whole.settle(end)
      return Use(
        name: name, limit: limit, most: most, mostAt: mostAt ?? start,
        average: whole.area / Double(max(1, start.duration(to: end).milliseconds)))
    }
  }
}

extension JournalEvent.Kind {
  /// From here on it counts against limits.
  fileprivate var takesSlot: Bool {
    switch self {
    case .intent, .submitted, .adopted, .running, .queued, .held: true
    default: false
    }
  }

  /// It counts no longer. An abandoned task may live on, and counts.
  fileprivate var freesSlot: Bool {
    switch self {
    case .succeeded, .taskFailed, .refused, .absent, .unknowable, .cancelled, .split, .verifying, .verified, .rejected,
      .failed, .skipped:
      true
    case .intent, .submitted, .adopted, .running, .queued, .held, .setback, .abandoned, .wanted: false
    }
  }

  /// A task was there before.
  fileprivate var tellsOfATask: Bool {
    switch self {
    case .submitted, .adopted, .running, .queued, .held, .succeeded, .taskFailed, .refused, .absent, .unknowable,
      .cancelled, .abandoned:
      true
    case .setback(let step, _): step == .poll || step == .find
    default: false
    }
  }
}
