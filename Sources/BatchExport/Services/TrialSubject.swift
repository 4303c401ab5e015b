// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Foundation

/// The one job that a trial makes a task of, with what is needed for it and nothing else.
public struct TrialSubject: Sendable {
  /// What is to be tried; what is `nil` is left to the plan.
  public struct Wish: Sendable {
    public var service: String?
    public var app: String?
    public var dataset: String
    public var format: String?
    public var window: Window?
    /// In place of the destination: a folder.
    public var out: URL?

    public init(
      service: String? = nil, app: String? = nil, dataset: String, format: String? = nil, window: Window? = nil,
      out: URL? = nil
    ) {
      (self.service, self.app, self.dataset, self.format) = (service, app, dataset, format)
      (self.window, self.out) = (window, out)
    }
  }

  /// Holds one service, and the destinations that are used.
  let plan: Plan
  public let service: PlannedService
  let app: PlannedApp
  let options: [String: JSONValue]
  public let destination: PlannedDestination
  let verify: VerifySetting
  public let job: PlannedJob
  /// Of its own: no job of a run has it, so that no run takes the task for one of its own.
  public let mark: TaskMark

  /// - Parameter traits: by the plan's names of services.
  /// - Throws: `TrialProblem`.
  public init(_ wish: Wish, of whole: Plan, traits: [String: ServiceTraits]) throws {
    var job = try Self.job(wish, of: whole, traits: traits)
    service = whole.service(of: job)
    if let window = wish.window, let rule = traits[service.name]?.dataset(job.dataset)?.window {
      do { job.sent = try rule.render(window) } catch {
        throw TrialProblem.window(error.words)
      }
      job.window = window
      job.label = job.sent?.start ?? "\(window.start)"
    }
    app = whole.apps[job.app]
    options = whole.options(of: job)
    verify = whole.exports[job.export].verify
    let known = whole.destination(of: job)
    var destinations = [known]
    if case .directory(_, let staging, _) = known.kind {
      destinations += whole.destinations.filter { $0.name == staging }
    }
    if let out = wish.out {
      let staging = destinations.first { if case .azureContainer = $0.kind { true } else { false } }
      let own = PlannedDestination(
        name: out.lastPathComponent, kind: .directory(path: out.path, staging: staging?.name))
      destinations = [own] + destinations.filter { $0.name == staging?.name }
    }
    destination = destinations[0]
    var plan = Plan(name: whole.name, asOf: whole.asOf)
    (plan.services, plan.destinations, plan.secrets) = ([service], destinations, whole.secrets)
    plan.secrets = plan.neededSecrets
    self.plan = plan
    let content = JobContent(
      service: service, app: app.parameters, dataset: job.dataset, options: options, format: job.format,
      window: job.window, destination: known.kind)
    job.key = JobKey(Digest(of: content.canonicalBytes + Array("trial \(UUID().uuidString)".utf8)))
    mark = TaskMark(job.key, attempt: 1)
    self.job = job
  }

  /// The newest that fits.
  private static func job(_ wish: Wish, of plan: Plan, traits: [String: ServiceTraits]) throws -> PlannedJob {
    let fitting = plan.jobs.filter { job in
      let service = plan.service(of: job)
      return wish.service.map { $0 == service.name } ?? true
        && wish.app.map { $0 == plan.apps[job.app].name } ?? true
        && traits[service.name]?.dataset(typed: wish.dataset)?.name == job.dataset
        && wish.format.map { $0 == job.format } ?? true
    }
    for (option, names) in [
      ("--service", Set(fitting.map { plan.service(of: $0).name })),
      ("--app", Set(fitting.map { plan.apps[$0.app].name })),
    ] where names.count > 1 {
      throw TrialProblem.ambiguous(option, names.sorted())
    }
    guard let job = fitting.max(by: { $0.window.start < $1.window.start }) else { throw TrialProblem.none }
    return job
  }

  /// - Parameter delivery: where the service is to write.
  func order(delivery: Secret) -> TaskOrder {
    TaskOrder(
      mark: mark, appParameters: app.parameters, dataset: job.dataset, options: options, format: job.format,
      window: job.sent, delivery: delivery)
  }

  var delivery: Delivery {
    Delivery(
      key: job.key, attempt: 1, export: "try", app: app.name, dataset: job.dataset, format: job.format,
      label: job.label)
  }

  func reference(_ task: String) -> TaskReference {
    var reference = TaskReference(id: task, appParameters: app.parameters, dataset: job.dataset)
    reference.making = TaskMaking(mark: mark, options: options, format: job.format, window: job.sent)
    return reference
  }

  func lookup(since: Instant) -> TaskLookup {
    TaskLookup(
      mark: mark, appParameters: app.parameters, dataset: job.dataset, options: options, format: job.format,
      window: job.sent, since: since)
  }

  func expectation(_ traits: ServiceTraits) -> Expectation {
    var rows = traits.dataset(job.dataset)?.rows ?? RowRule()
    if !verify.schema { rows = rows.withoutSchema }
    let window = job.kind == .historical && verify.insideWindow ? job.window : nil
    var expectation = Expectation(format: job.format, rows: rows, window: window, minRows: verify.minRows)
    expectation.unique = verify.uniqueness(rows.unique)
    return expectation
  }
}

/// Why nothing can be tried.
public enum TrialProblem: Error, Sendable, Equatable {
  case none
  /// An option has to say which.
  case ambiguous(String, [String])
  case window(String)
}
