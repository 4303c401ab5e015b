// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// The immutable graph of jobs that a manifest expands to at an as-of instant, with all that a run needs
/// besides secrets. A pure value: the same inputs give the same plan, and the same plan the same bytes.
public struct Plan: Sendable, Equatable {
  public var name: String
  public var asOf: Instant
  public var inputs: [PlanInput]
  public var secrets: [String: SecretReference]
  public var services: [PlannedService]
  public var destinations: [PlannedDestination]
  public var apps: [PlannedApp]
  public var exports: [PlannedExport]
  public var gates: [PlannedGate]
  /// In the manifest's order.
  public var notifications: [PlannedNotification] = []
  /// By export, app, window, dataset and format, in the manifest's order.
  public var jobs: JobTable
  /// Windows of exports that no job of this plan has, because it is a part of another: `lookback` and `catch_up` count
  /// them.
  var otherWindows: [PlannedWindow] = []

  public init(
    name: String, asOf: Instant, inputs: [PlanInput] = [], secrets: [String: SecretReference] = [:],
    services: [PlannedService] = [], destinations: [PlannedDestination] = [], apps: [PlannedApp] = [],
    exports: [PlannedExport] = [], gates: [PlannedGate] = [], jobs: JobTable = JobTable()
  ) {
    (self.name, self.asOf, self.inputs, self.secrets) = (name, asOf, inputs, secrets)
    (self.services, self.destinations, self.apps) = (services, destinations, apps)
    (self.exports, self.gates, self.jobs) = (exports, gates, jobs)
  }
}

/// A text that the plan was made from. Names are relative, so that a plan is the same wherever it is made.
public struct PlanInput: Sendable, Equatable {
  public var name: String
  public var digest: Digest

  public init(name: String, digest: Digest) { (self.name, self.digest) = (name, digest) }
}

public struct PlannedService: Sendable, Equatable {
  public var name: String
  /// A bundled description, or a path relative to the manifest's folder.
  public var use: String
  /// The description's own name and revision.
  public var description: String
  public var revision: Int
  /// As declared: the manifest's, else the description's.
  public var base: String
  public var parameters: [String: JSONValue]
  public var credential: CredentialSetting
  /// What the description calls its secrets, to names of the plan's secrets.
  public var secrets: [String: String] = [:]
  /// The lower of the manifest's and the description's.
  public var limits: ServiceLimits
  public var recovery: RecoveryClass

  public init(
    name: String, use: String, description: String, revision: Int, base: String, parameters: [String: JSONValue],
    credential: CredentialSetting, limits: ServiceLimits, recovery: RecoveryClass
  ) {
    (self.name, self.use, self.description, self.revision) = (name, use, description, revision)
    (self.base, self.parameters, self.credential) = (base, parameters, credential)
    (self.limits, self.recovery) = (limits, recovery)
  }
}

public struct PlannedDestination: Sendable, Equatable {
  public var name: String
  public var kind: DestinationSetting.Kind

  public init(name: String, kind: DestinationSetting.Kind) { (self.name, self.kind) = (name, kind) }
}

public struct PlannedApp: Sendable, Equatable {
  public var name: String
  public var parameters: [String: JSONValue]
  /// The services whose catalogues name the app, each with the labels that it gives.
  public var found: [String: [String: String]] = [:]
  /// What selections choose by; no part of any key.
  public var labels: [String: String]

  public init(name: String, parameters: [String: JSONValue], labels: [String: String] = [:]) {
    (self.name, self.parameters, self.labels) = (name, parameters, labels)
  }
}

public struct PlannedExport: Sendable, Equatable {
  public var name: String
  /// Indexes into the plan's tables.
  public var service: Int
  public var destination: Int
  /// The datasets that are asked for, and of which kind each is.
  public var datasets: [String: DatasetTraits.Kind]
  /// By dataset, with the description's defaults.
  public var options: [String: [String: JSONValue]]
  /// By dataset and app's name: what the service was asked for when the plan was made, over `options`. An app that is
  /// missing where its dataset stands has no job of it.
  public var found: [String: [String: [String: JSONValue]]] = [:]
  /// How long after its end a window is kept back: what the manifest says, or what the service needs when that is more.
  public var ripeAfter: Duration
  /// By dataset, where a service keeps its data for a time: how long. Windows that begin before are not asked for.
  public var oldest: [String: Duration] = [:]
  /// A window is wanted again once for each of so many windows that ripen after it.
  public var lookback = 0
  /// Only so many of the newest ripe windows are made good; `nil`: all.
  public var catchUp: Int?
  /// After this many failed jobs a run starts nothing more of the export.
  public var maxFailures: Int?
  public var retry: RetrySetting
  public var timeouts: TimeoutSetting
  /// Jobs of higher ones start first.
  public var priority = 0
  public var limits = ExportLimits()
  public var verify = VerifySetting()

  public init(
    name: String, service: Int = 0, destination: Int = 0, datasets: [String: DatasetTraits.Kind] = [:],
    options: [String: [String: JSONValue]] = [:], ripeAfter: Duration = .zero,
    retry: RetrySetting = RetrySetting(), timeouts: TimeoutSetting = TimeoutSetting()
  ) {
    (self.name, self.service, self.destination, self.datasets) = (name, service, destination, datasets)
    (self.options, self.ripeAfter) = (options, ripeAfter)
    (self.retry, self.timeouts) = (retry, timeouts)
  }
}

extension PlannedExport {
  /// What is said of a dataset for an app; `nil` when the service found nothing that could be.
  func options(of dataset: String, app: String) -> [String: JSONValue]? {
    let common = options[dataset] ?? [:]
    guard let found = found[dataset] else { return common }
    return found[app].map { common.merging($0) { $1 } }
  }
}

/// How many live tasks an export may have at once, below what its service allows; `nil`: as many as that.
public struct ExportLimits: Sendable, Hashable {
  public var active: Int?
  public var activePerApp: Int?

  public init(active: Int? = nil, activePerApp: Int? = nil) {
    (self.active, self.activePerApp) = (active, activePerApp)
  }
}

/// A node that is passed when all its members are done: it stands for members × dependents edges.
public struct PlannedGate: Sendable, Equatable {
  /// `EXPORT/APP`.
  public var name: String
  /// Indexes of jobs, ascending.
  public var members: [Int]

  public init(name: String, members: [Int]) { (self.name, self.members) = (name, members) }
}

/// One dataset of one app for one window to one destination in one format. Service and destination are the export's.
public struct PlannedJob: Sendable, Equatable {
  public var key: JobKey
  /// Indexes into the plan's tables.
  public var export: Int
  public var app: Int
  public var dataset: String
  public var format: String
  public var kind: DatasetTraits.Kind
  /// As asked: what was cut from the manifest's grid; for a snapshot the cell of the as-of instant.
  public var window: Window
  public var label: String
  /// As it will be sent; `nil` when the dataset takes no window.
  public var sent: SentWindow?
  /// Indexes of gates that must be passed first, ascending.
  public var after: [Int]

  public init(
    key: JobKey, export: Int, app: Int, dataset: String, format: String, kind: DatasetTraits.Kind, window: Window,
    label: String, sent: SentWindow?, after: [Int] = []
  ) {
    (self.key, self.export, self.app) = (key, export, app)
    (self.dataset, self.format, self.kind) = (dataset, format, kind)
    (self.window, self.label, self.sent, self.after) = (window, label, sent, after)
  }
}

extension Plan {
  /// By export: the windows of what happened, each once, oldest first, also those that jobs of this part do not have.
  public var historicalWindows: [[Window]] {
    var found = [Set<Window>](repeating: [], count: exports.count)
    var seen: Set<UInt64> = []
    for row in jobs.rows where seen.insert(UInt64(row.sort) << 32 | UInt64(row.cell)).inserted {
      let sort = jobs.sorts[row.sort]
      if sort.kind == .historical { found[sort.export].insert(jobs.cells[row.cell].window) }
    }
    for other in otherWindows { found[other.export].insert(other.window) }
    return found.map { $0.sorted { ($0.start, $0.end) < ($1.start, $1.end) } }
  }

  public func service(of job: PlannedJob) -> PlannedService { services[exports[job.export].service] }

  public func destination(of job: PlannedJob) -> PlannedDestination { destinations[exports[job.export].destination] }

  /// What a job says of its dataset.
  public func options(of job: PlannedJob) -> [String: JSONValue] {
    exports[job.export].options(of: job.dataset, app: apps[job.app].name) ?? [:]
  }

  /// A job as people name it: `history/shop-ios/event/2016-01-31`, with the format before the window where its export
  /// has several. For many jobs, `JobTitles` looks at the exports only once.
  public func title(of job: PlannedJob) -> String { JobTitles(self).title(of: job) }
}
