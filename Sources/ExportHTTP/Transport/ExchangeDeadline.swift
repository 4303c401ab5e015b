// SPDX-License-Identifier: Apache-2.0
import ExportCore
import NIOCore

/// When an exchange must be at its end.
struct ExchangeDeadline: Sendable {
  /// `nil`: never.
  let limit: Duration?
  private let end: ContinuousClock.Instant

  /// Counts from now.
  init(_ limit: Duration?) { (self.limit, end) = (limit, .now + (limit ?? .zero)) }

  /// For the client: of a stream it holds it until the answer's head has come, else to the answer's end.
  var point: NIODeadline {
    limit == nil ? .distantFuture : .now() + TimeAmount(max(.zero, ContinuousClock.now.duration(to: end)))
  }

  /// - Throws: `TransportError` when the time is over.
  func check() throws {
    if let limit, ContinuousClock.now >= end { throw TransportError.late(limit) }
  }

  /// Does something that ends when it is cancelled, and breaks it off when the time is over: a trickle is as late as
  /// silence. For what is rare: a sleep that is cancelled leaves its task and its timer until it would have ended.
  /// - Throws: `TransportError` when the time is over, and what `body` throws.
  func bound<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    guard let limit else { return try await body() }
    return try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask(operation: body)
      group.addTask {
        try await ContinuousClock().sleep(until: end)
        throw TransportError.late(limit)
      }
      defer { group.cancelAll() }
      // The first to end decides; there are two.
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }
}
