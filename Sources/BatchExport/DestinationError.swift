// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What keeps a command from looking at what was exported.
public struct DestinationError: Error, Sendable, CustomStringConvertible {
  /// As the plan calls it, or where it is.
  public var name: String
  public var cause: StoreError

  public var description: String {
    let reason =
      switch cause {
      case .again(let reason, _), .refused(let reason), .disk(let reason), .artifact(let reason), .never(let reason):
        reason
      }
    return "'\(name)': \(reason)"
  }

  static func naming<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as StoreError { throw DestinationError(name: name, cause: error) }
  }
}
