// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import ExportServices
import Foundation

/// Everything that is known of one job of a plan: why it is there, what will be sent, what it waits for, where it stands.
public struct JobExplanation: Sendable {
  /// Jobs that must be done first, or that wait.
  public struct Others: Sendable {
    /// What a gate is called.
    public var name: String
    public var count: Int
    /// Those of them that have no verified result.
    public var open: Int
  }

  /// A part of a window that the service could not do as a whole.
  public struct Part: Sendable {
    public var title: String
    public var key: JobKey
    public var state: JobState
  }

  public let plan: Plan
  public let job: PlannedJob
  public let title: String
  /// `nil` for a plan file, which does not know its manifest's lines.
  public let origin: JobOrigin?
  /// Exports that want it as well, though it is planned once; `nil` for a plan file, which does not know them.
  public let alsoWantedBy: [(export: String, place: SourcePlace)]?
  public let due: Due
  public let record: JobRecord?
  /// In the order of their windows; parts of parts stand in their place.
  public let parts: [Part]
  /// `nil` when the service's description is not there, or can no longer make it.
  public let request: RequestPreview?
  /// What the key is the digest of; `nil` when the description has changed since the plan was made.
  public let content: JSONValue?
  /// How long the window is kept back after its end, and whether that is because the service needs the time; `nil` for
  /// a snapshot.
  public let ripeAfter: (delay: Duration, isLag: Bool)?
  public let waitsFor: [Others]
  /// By export.
  public let awaitedBy: [Others]

  /// - Parameters:
  ///   - index: of the job in the plan.
  ///   - project: what the plan was made of, when it was made now.
  ///   - shared: the jobs that several of the project's exports want.
  ///   - folder: what paths of the plan are relative to.
  ///   - state: the directory of the ledger.
  /// - Throws: `JournalError`.
  public init(
    _ index: Int, of plan: Plan, project: Project?, shared: SharedJobs?, folder: URL, state: URL,
    at now: Instant
  ) throws {
    let job = plan.jobs[index]
    let ledger = try Ledger(directory: state)
    let records = try ledger.planRecords(of: plan)
    (self.plan, self.job, title) = (plan, job, plan.title(of: job))
    record = try ledger.records(of: [job.key])[job.key]
    parts = try ledger.parts(of: record, titled: title)
    var reckoner = DueReckoner(plan, records: records, at: now)
    due = reckoner.due(index)
    origin = project.flatMap { $0.manifest.origin(of: job, in: plan, traits: $0.traits) }

    alsoWantedBy = shared.map { shared in
      shared.exports(wanting: index).compactMap { other in
        let name = plan.exports[other].name
        let setting = project?.manifest.exports.first { $0.name.value == name }
        return setting.map { ($0.name.value, $0.name.place) }
      }
    }

    let service = plan.service(of: job)
    let description = try? DescriptionLoader(folder: folder).load(service.use).description
    let options = plan.options(of: job)
    let attempt = record.map { $0.hasOpenTask ? $0.attempt : $0.attempt + 1 } ?? 1
    let order = TaskOrder(
      mark: TaskMark(job.key, attempt: attempt), appParameters: plan.apps[job.app].parameters, dataset: job.dataset,
      options: options, format: job.format, window: job.sent, delivery: Secret(ServiceDescription.hiddenAddress))
    request = try? description?.preview(of: order, base: service.base, parameters: service.parameters)
    let content = description.map { description in
      JobContent(
        service: service, app: description.traits.appParameters.applied(to: plan.apps[job.app].parameters),
        dataset: job.dataset, options: options, format: job.format, window: job.window,
        destination: plan.destination(of: job).kind)
    }
    self.content = content.flatMap { $0.key == job.key ? try? JSONValue(parsing: $0.canonicalBytes) : nil }

    let export = plan.exports[job.export]
    let isLag = export.ripeAfter > .zero && description?.traits.lag(of: export) == export.ripeAfter
    ripeAfter = job.kind == .historical ? (export.ripeAfter, isLag) : nil

    func isOpen(_ index: Int) -> Bool { records.brief(of: index)?.isGood != true }
    waitsFor = job.after.map { gate in
      let members = plan.gates[gate].members
      return Others(name: plan.gates[gate].name, count: members.count, open: members.count(where: isOpen))
    }
    awaitedBy = plan.dependents(of: index).map { export, jobs in
      Others(name: plan.exports[export].name, count: jobs.count, open: jobs.count(where: isOpen))
    }
  }
}

extension Ledger {
  fileprivate func parts(of record: JobRecord?, titled title: String) throws -> [JobExplanation.Part] {
    guard let parts = record?.parts, !parts.isEmpty else { return [] }
    let records = try records(of: parts.map(\.key))
    return try parts.flatMap { part in
      let record = records[part.key]
      let title = JobTitles.title(ofPart: part.label, of: title)
      let own = try self.parts(of: record, titled: title)
      return own.isEmpty
        ? [JobExplanation.Part(title: title, key: part.key, state: record?.state ?? .planned)] : own
    }
  }
}

extension Plan {
  /// Jobs that wait for a job, by export, in the plan's order.
  fileprivate func dependents(of index: Int) -> [(export: Int, jobs: [Int])] {
    let own = Set(gates.indices.filter { gates[$0].members.contains(index) })
    guard !own.isEmpty else { return [] }
    let waiting = jobs.indices.filter { jobs[$0].after.contains(where: own.contains) }
    return Dictionary(grouping: waiting) { jobs[$0].export }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
