// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportPlan
import ExportRun
import ExportStorage
import Foundation
import Logging

/// What can be compared.
public enum ComparedSide: Sendable {
  /// A folder with results, and how it is called.
  case folder(URL, name: String)
  /// A container's URL with its signature.
  case container(Secret)
  case run(KnownRun, BatchRun.Options)

  /// Opens the side for as long as the body runs.
  /// - Throws: `DestinationError`, `SecretError`, `JournalError`, and what the body throws.
  public func open<Value: Sendable>(
    program: String, environment: [String: String], logger: Logger,
    _ body: (any ResultSource) async throws -> Value
  ) async throws -> Value {
    switch self {
    case .folder(let root, let name): return try await body(DirectoryResults(root: root, name: name))
    case .container(let url):
      let transport = AsyncHTTPTransport(program: program, environment: environment, logger: logger)
      do {
        let source = try await DestinationError.naming("the container") {
          try ContainerResults(url: url, transport: transport) { WallClock().now }
        }
        let value = try await body(source)
        try await transport.shutdown()
        return value
      } catch {
        try? await transport.shutdown()
        throw error
      }
    case .run(let run, let options):
      return try await RunResources.using(run.plan, options: options, logger: logger, onlyStores: true) { resources in
        try await body(RunResults(run, stores: resources.stores))
      }
    }
  }
}

extension Comparer {
  /// As `compare`, with what cannot be reached told by where it is.
  /// - Throws: `DestinationError`.
  public func told(as name: String) async throws -> Comparison {
    try await DestinationError.naming(name) { try await compare() }
  }
}
