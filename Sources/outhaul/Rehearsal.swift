// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportCore
import ExportPlan
import Foundation
import LocalCloud
import Logging

/// Something that is done with a plan and the local cloud of the state that rehearses it.
struct Rehearsal: Sendable {
  let source: PlanSource
  let selection: SelectionOptions
  let asOf: Instant
  /// Of rehearsals: `.outhaul/local`.
  let state: URL
  let speed: Double
  var faults: [String] = []
  let logger: Logger
  let say: Saying

  /// The part of a plan file that is meant, exactly as it is; `nil` for a manifest, which is planned when its cloud runs.
  func known() throws -> PlanFile? {
    try source.knownPlan(asOf: asOf, say: say).map { try selection.select(from: $0, state: state, say: say) }
  }

  /// Starts the cloud, plans a manifest by what it tells of its apps, runs the body, and stops the cloud again.
  /// - Parameter known: what `known` gave.
  /// - Throws: what the body throws, and what keeps the cloud from starting.
  func run<Value: Sendable>(
    _ known: PlanFile?, _ body: @escaping @Sendable (PlanFile, LocalRedirect) async throws -> Value
  ) async throws -> Value {
    let session = LocalSession(
      world: try known.map { try LocalWorld($0.plan) } ?? source.world(),
      directory: state.appendingPathComponent("cloud"), speed: speed, faults: faults, logger: logger)
    return try await session.run { endpoints in
      let redirect = endpoints.redirect(exports: state.appendingPathComponent("exports"), speed: speed)
      if let known { return try await body(known, redirect) }
      let whole = try await source.plan(asOf: asOf, redirect, logger: logger, say: say)
      return try await body(try selection.select(from: whole, state: state, say: say), redirect)
    }
  }
}
