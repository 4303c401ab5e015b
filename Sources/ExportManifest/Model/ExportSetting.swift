// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An entry of `exports:`, with the defaults applied.
public struct ExportSetting: Sendable {
  public enum Apps: Sendable {
    case all
    case named([Located<String>])
    /// Apps whose labels fit.
    case labelled(LabelSelector)
  }

  public enum Order: String, Sendable, Equatable, CaseIterable {
    /// Jobs do not wait for jobs of their own export.
    case free
    /// Of each app, the jobs of a window wait for those of the window before.
    case sequential
  }

  public var name: Located<String>
  public var service: Located<String>
  public var apps: Apps
  /// Where `apps:` was written, or the export's name.
  public var appsPlace: SourcePlace
  public var datasets: [Located<String>]
  /// Under a dataset's own name: its options, nested maps flattened with dots (`campaigns.type`).
  public var options: [String: [String: Located<JSONValue>]]
  /// Options whose values the service was asked for: by dataset's name, app's name and option. Once a dataset stands
  /// here, an app without an entry has no jobs of it.
  public var found: [String: [String: [String: JSONValue]]] = [:]
  /// None: the service's first.
  public var formats: [Located<String>]
  public var destination: Located<String>
  public var window: WindowSetting
  public var after: [AfterSetting]
  public var order: Order = .free
  /// Jobs that match one of these are planned; all, when there is none.
  public var include: [MatrixMatch] = []
  /// Jobs that match one of these are not planned.
  public var exclude: [MatrixMatch] = []
  /// After this many failed jobs the export starts nothing more; `nil`: it goes on whatever fails.
  public var maxFailures: Int?
  public var retry: RetrySetting
  public var timeouts: TimeoutSetting
  /// Where `then:` of its time-outs was written, here or in `defaults`.
  public var thenPlace: SourcePlace?
  /// Jobs of higher ones start first.
  public var priority = 0
  /// Live tasks of the export at once; the rates are not of an export.
  public var limits = LimitSetting()
  public var verify = VerifySetting()

  public init(
    name: Located<String>, service: Located<String>, apps: Apps = .all, appsPlace: SourcePlace,
    datasets: [Located<String>], options: [String: [String: Located<JSONValue>]] = [:],
    formats: [Located<String>] = [], destination: Located<String>, window: WindowSetting, after: [AfterSetting] = [],
    retry: RetrySetting = RetrySetting(), timeouts: TimeoutSetting = TimeoutSetting()
  ) {
    (self.name, self.service, self.apps, self.appsPlace) = (name, service, apps, appsPlace)
    (self.datasets, self.options, self.formats) = (datasets, options, formats)
    (self.destination, self.window, self.after) = (destination, window, after)
    (self.retry, self.timeouts) = (retry, timeouts)
  }
}

/// An entry of `after:`: every job waits for the jobs of another export that match it.
public struct AfterSetting: Sendable {
  public enum Match: String, Sendable, Equatable, CaseIterable {
    /// Those of the same app.
    case app
    /// Those of the same app and the same window.
    case window
    /// Every job of the other export.
    case all
  }

  public var export: Located<String>
  public var match: Match

  public init(export: Located<String>, match: Match = .app) { (self.export, self.match) = (export, match) }
}

/// `retry:` with its defaults.
public struct RetrySetting: Sendable, Hashable {
  /// Tasks made for one job at most, the first included; 1 to 100.
  public var attempts: Int
  /// The longest the first pause may be.
  public var first: Duration
  /// By how much each pause may be longer than the one before; at least 1.
  public var factor: Double
  /// The longest pause.
  public var most: Duration
  /// After a task that failed at the service, at least half of this is waited before the next one of the job.
  public var coolDown: Duration

  public static let usualCoolDown: Duration = .seconds(10)

  public init(
    attempts: Int = 5, first: Duration = .seconds(1), factor: Double = 2, most: Duration = .seconds(60),
    coolDown: Duration = usualCoolDown
  ) {
    (self.attempts, self.first, self.factor, self.most) = (attempts, first, factor, most)
    self.coolDown = coolDown
  }
}

/// `timeouts:` with its defaults: how long a job is waited for.
public struct TimeoutSetting: Sendable, Hashable {
  /// What follows when one has passed.
  public enum Policy: String, Sendable, Hashable, CaseIterable {
    /// The job is abandoned in this run; its task keeps its place and is looked at first by the next run.
    case abandon
    /// The service is asked to stop the task, and once it confirms that, another is made. Never without that.
    case resubmit
  }

  /// In the service's queue.
  public var queued: Duration
  /// Running at the service.
  public var running: Duration
  /// From the submit to the end, all together.
  public var total: Duration
  public var then: Policy

  /// How long a task that is submitted now is waited for at most.
  public var longest: Duration { min(queued + running, total) }

  public init(
    queued: Duration = .seconds(6 * 3600), running: Duration = .seconds(12 * 3600),
    total: Duration = .seconds(24 * 3600), then: Policy = .abandon
  ) {
    (self.queued, self.running, self.total, self.then) = (queued, running, total, then)
  }
}
