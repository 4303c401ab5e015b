// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Logging

/// Two sides of a comparison; those that are rehearsals are sent to their local clouds, each of which runs once.
struct ComparedClouds: Sendable {
  private let first: ComparedSide
  private let second: ComparedSide
  private let logger: Logger

  init(_ first: ComparedSide, _ second: ComparedSide, logger: Logger) throws {
    (self.first, self.second, self.logger) = (first, second, logger)
  }

  func run<Value: Sendable>(
    _ body: @escaping @Sendable (ComparedSide, ComparedSide) async throws -> Value
  ) async throws -> Value {
    guard let state = first.rehearsal else {
      return try await redirected(second) { try await body(first, $0) }
    }
    return try await redirected(first) { one in
      // Both may be in one state.
      if second.rehearsal == state, let redirect = one.redirect {
        return try await body(one, second.redirected(to: redirect))
      }
      return try await redirected(second) { try await body(one, $0) }
    }
  }

  private func redirected<Value: Sendable>(
    _ side: ComparedSide, _ body: @escaping @Sendable (ComparedSide) async throws -> Value
  ) async throws -> Value {
    guard case .run(let run, let options) = side, side.rehearsal != nil else { return try await body(side) }
    let session = StoreSession(
      folder: options.folder, state: run.state, isLocal: true, program: options.program, logger: logger)
    return try await session.run(run.plan) { try await body(.run(run, $0)) }
  }
}

extension ComparedSide {
  /// The state of a rehearsal: it has a cloud beside it.
  fileprivate var rehearsal: String? {
    guard case .run(let run, _) = self else { return nil }
    let cloud = run.state.appendingPathComponent("cloud").path
    return FileManager.default.fileExists(atPath: cloud) ? run.state.standardizedFileURL.path : nil
  }

  fileprivate var redirect: LocalRedirect? {
    guard case .run(_, let options) = self else { return nil }
    return options.redirect
  }

  fileprivate func redirected(to redirect: LocalRedirect) -> ComparedSide {
    guard case .run(let run, var options) = self else { return self }
    options.redirect = redirect
    return .run(run, options)
  }
}
