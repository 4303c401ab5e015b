// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Logging

/// The destinations of a state, to be looked at: those of the plan, or of a rehearsal, whose containers are in a local
/// cloud that runs meanwhile.
struct StoreSession: Sendable {
  /// What relative paths of the plan are relative to.
  let folder: URL
  let state: URL
  let isLocal: Bool
  let program: String
  let logger: Logger

  func run<Value: Sendable>(
    _ plan: Plan, _ body: @escaping @Sendable (BatchRun.Options) async throws -> Value
  ) async throws -> Value {
    guard isLocal else { return try await body(options(nil)) }
    let exports = state.appendingPathComponent("exports")
    guard plan.hasContainerResults else {
      // Files lie in folders: no cloud is asked.
      return try await body(options(LocalRedirect.folders(exports)))
    }
    let session = LocalSession(
      world: try LocalWorld(plan), directory: state.appendingPathComponent("cloud"), speed: 1, faults: [],
      logger: logger)
    return try await session.run { endpoints in
      try await body(options(endpoints.redirect(exports: exports, speed: 1)))
    }
  }

  private func options(_ redirect: LocalRedirect?) -> BatchRun.Options {
    BatchRun.Options(
      folder: folder, state: state, environment: ProcessInfo.processInfo.environment, redirect: redirect, resume: "",
      program: program)
  }
}

extension Plan {
  /// Some export's files stay in a container.
  fileprivate var hasContainerResults: Bool {
    exports.contains { if case .azureContainer = destinations[$0.destination].kind { true } else { false } }
  }
}

extension LocalRedirect {
  /// Of a rehearsal whose files lie in folders, when no cloud is there.
  fileprivate static func folders(_ exports: URL) -> LocalRedirect {
    LocalRedirect(
      base: "", authority: "", tenant: "", client: "", secret: Secret(""), blobs: "", accountKey: Secret(""),
      exports: exports, speed: 1)
  }
}
