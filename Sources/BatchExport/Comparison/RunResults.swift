// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import ExportStorage
import Foundation

/// A run, found by its id and its state.
public struct KnownRun: Sendable {
  public let entry: RunEntry
  public let plan: Plan
  /// The directory that holds the state and the runs.
  public let state: URL

  /// - Parameter id: of the run, or how it begins.
  /// - Throws: `RunError` when there is no such run, or it has kept no plan; `JournalError`, `ProjectError`.
  public init(_ id: String, state: URL) throws {
    guard let entry = try Ledger(directory: state).run(id) else { throw RunError.unknown(id, in: state) }
    let file = Self.planFile(of: entry.id, state: state).path
    guard FileManager.default.fileExists(atPath: file) else { throw RunError.planless(entry.id) }
    (self.entry, self.state, plan) = (entry, state, try PlanFile(reading: file).plan)
  }

  static func planFile(of run: String, state: URL) -> URL { state.appendingPathComponent("runs/\(run)/plan.json") }

  /// The good results of the run's plan as they stood when it had ended, by the destinations' names.
  func results() throws -> FoundResults {
    let known = try Ledger(directory: state).verifications(of: Set(plan.jobs.keys), after: entry)
    return FoundResults(
      plan.jobs.map { job in
        let parts = (known[job.key]?.artifacts ?? []).map { part in
          var placed = part
          placed.name = "\(plan.destination(of: job).name)/\(part.name)"
          return placed
        }
        var result = FoundResult(
          export: plan.exports[job.export].name, app: plan.apps[job.app].name, dataset: job.dataset,
          format: job.format, window: job.label, parts: parts)
        if known[job.key] == nil { result.condition = .absent }
        return result
      })
  }
}

/// Why a run cannot be looked at.
public enum RunError: Error, Sendable, CustomStringConvertible {
  /// - Parameter isRehearsal: those of rehearsals in the same state have one of that name.
  case unknown(String, state: String, isRehearsal: Bool)
  case planless(String)
  case otherPlan(String)

  /// - Parameters:
  ///   - id: of the run, or how it begins; empty: any.
  ///   - state: the directory that was looked in; what rehearsals have is looked up in its `local`.
  public static func unknown(_ id: String, in state: URL) -> RunError {
    let local = try? Ledger(directory: state.appendingPathComponent("local"))
    let found = id.isEmpty ? try? local?.lastRun() : try? local?.run(id)
    return .unknown(id, state: state.relativePath, isRehearsal: found != nil)
  }

  public var description: String {
    switch self {
    case .unknown("", let state, let isRehearsal):
      "no run has begun in \(state)" + (isRehearsal ? "; rehearsals have: give --local" : "")
    case .unknown(let id, let state, let isRehearsal):
      "no run in \(state) is called '\(id)', and no single one begins so"
        + (isRehearsal ? "; a rehearsal is: give --local" : "")
    case .planless(let id):
      "the run \(id) has kept no plan: it had nothing to do, or its folder is gone; 'report' takes the plan with --plan"
    case .otherPlan(let id): "the plan.json of the run \(id) is not the one that it ran"
    }
  }
}

/// The results of a run as a side of a comparison.
public struct RunResults: ResultSource {
  public let name: String
  public let isRecord = true
  private let found: FoundResults
  private let stores: [String: any ArtifactStore]

  /// - Throws: `JournalError`.
  init(_ run: KnownRun, stores: [String: any ArtifactStore]) throws {
    (name, self.stores, found) = ("run \(run.entry.id)", stores, try run.results())
  }

  public func results() -> FoundResults { found }

  public func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
    let steps = artifact.name.split(separator: "/", maxSplits: 1)
    guard steps.count == 2, let store = stores[String(steps[0])] else {
      throw StoreError.never("the run's plan has no destination for '\(artifact.name)'")
    }
    var placed = artifact
    placed.name = String(steps[1])
    try await store.read(placed, take)
  }
}
