// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What is to prove who asks cannot be made of the secrets that were given: a key that is none, a value that is missing.
public struct ProofError: Error, Sendable, CustomStringConvertible {
  /// The manifest's name for the service.
  public var service: String
  public var cause: ServiceError

  public var description: String { "requests to '\(service)' cannot be signed: \(cause.message)" }

  static func naming<Value>(_ service: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as ServiceError {
      throw ProofError(service: service, cause: error)
    }
  }
}
