// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import ExportStorage
import Foundation
import Logging

/// Holds the ledger against what lies at the destinations: every file of every good result of a plan.
public struct LedgerAudit: Sendable {
  /// A job whose result is no longer what was verified.
  public struct Finding: Sendable, Equatable {
    public var job: Int
    public var key: JobKey
    public var title: String
    public var files: [File]
    /// Why it is due now, or why no run makes it good.
    public var due: Due = .artifactMissing
  }

  public struct File: Sendable, Equatable {
    public var name: String
    public var loss: ArtifactLoss
  }

  public struct Outcome: Sendable, Equatable {
    /// Jobs with a good result, and their files.
    public var jobs = 0
    public var files = 0
    public var bytes: Int64 = 0
    /// Files whose content was read; of the others name and size are right.
    public var read = 0
    /// In the plan's order.
    public var findings: [Finding] = []
    /// Titles of jobs whose files are there again, which were missing before.
    public var restored: [String] = []
    /// The ledger says so now.
    public var isRecorded = false
    /// Jobs all of whose files are as verified, as far as that can be told: those with a SHA-256 were read.
    var proved: Set<Int> = []
  }

  /// Jobs whose files are looked up together.
  private static let batch = 20_000

  private let plan: Plan
  private let options: BatchRun.Options
  private let reads: Bool
  private let logger: Logger

  /// - Parameter reads: whether contents are read, not only names and sizes.
  public init(_ plan: Plan, options: BatchRun.Options, reads: Bool, logger: Logger) {
    (self.plan, self.options, self.reads, self.logger) = (plan, options, reads, logger)
  }

  /// - Parameter journal: of the state directory; `nil`: nothing is recorded.
  /// - Throws: `DestinationError`, `SecretError`, `JournalError`. Nothing is recorded then.
  public func run(journal: Journal?) async throws -> Outcome {
    let ledger = try Ledger(directory: options.state)
    var records = try ledger.planRecords(of: plan)
    var outcome = try await RunResources.using(plan, options: options, logger: logger, onlyStores: true) { resources in
      try await examine(resources.stores, ledger, records)
    }
    let now = WallClock().now
    let restored = restored(outcome, records)
    let titles = JobTitles(plan)
    outcome.restored = restored.map { titles.title(of: plan.jobs[$0]) }
    if let journal {
      let events =
        outcome.findings.filter { records.brief(of: $0.job)?.wanted != .artifactMissing }
        .map { JournalEvent(.wanted(.artifactMissing), of: $0.key, at: now) }
        + restored.map { JournalEvent(.wanted(.alreadyExported), of: plan.jobs.keys[$0], at: now) }
      try await journal.append(events)
      outcome.isRecorded = true
    }
    records.want(outcome.findings.map(\.job), .artifactMissing)
    var reckoner = DueReckoner(plan, records: records, at: now)
    for index in outcome.findings.indices { outcome.findings[index].due = reckoner.due(outcome.findings[index].job) }
    return outcome
  }

  // MARK: Parts

  private func examine(
    _ stores: [String: any ArtifactStore], _ ledger: Ledger, _ records: PlanRecords
  ) async throws -> Outcome {
    let titles = JobTitles(plan)
    var outcome = Outcome()
    let good = plan.jobs.indices.filter { records.brief(of: $0)?.isGood ?? false }
    let byPlace = Dictionary(grouping: good) { plan.destination(of: plan.jobs[$0]).name }
    for (name, jobs) in byPlace.sorted(by: { $0.key < $1.key }) {
      guard let store = stores[name] else { continue }
      for start in stride(from: 0, to: jobs.count, by: Self.batch) {
        let batch = jobs[start..<min(start + Self.batch, jobs.count)]
        let known = try ledger.records(of: batch.map { plan.jobs.keys[$0] })
        let results = batch.map { (job: $0, artifacts: known[plan.jobs.keys[$0]]?.verification?.artifacts ?? []) }
        let artifacts = results.flatMap(\.artifacts)
        let seen = try await DestinationError.naming(name) {
          try await ArtifactAudit(store, reads: reads).examine(artifacts)
        }
        outcome.jobs += batch.count
        outcome.files += artifacts.count
        outcome.bytes += artifacts.reduce(0) { $0 + $1.bytes }
        outcome.read += seen.read.count
        var place = 0
        for (job, own) in results {
          let files = own.indices.compactMap { index in
            seen.losses[place + index].map { File(name: own[index].name, loss: $0) }
          }
          let isProved = own.indices.allSatisfy { own[$0].sha256 == nil || seen.read.contains(place + $0) }
          place += own.count
          guard !files.isEmpty else {
            if isProved { outcome.proved.insert(job) }
            continue
          }
          outcome.findings.append(
            Finding(job: job, key: plan.jobs.keys[job], title: titles.title(of: plan.jobs[job]), files: files))
        }
      }
    }
    outcome.findings.sort { $0.job < $1.job }
    return outcome
  }

  /// Jobs that are wanted because files were missing, and whose files are all right.
  private func restored(_ outcome: Outcome, _ records: PlanRecords) -> [Int] {
    outcome.proved.sorted().filter { records.brief(of: $0)?.wanted == .artifactMissing }
  }
}
