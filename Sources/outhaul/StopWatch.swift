// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import UnixSignals

/// Runs a body that is asked to stop by the first Ctrl-C or SIGTERM; a second one ends the program at once.
final class StopWatch: Sendable {
  private let count = Mutex(0)

  func run<Value: Sendable>(
    _ body: @escaping @Sendable (_ isStopped: @escaping @Sendable () -> Bool) async throws -> Value
  ) async throws -> Value {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { [self] in
        for await signal in signals where note() > 1 {
          Foundation.exit((signal == .sigterm ? ExitStatus.terminated : .interrupted).rawValue)
        }
        return nil
      }
      group.addTask { [self] in try await body { self.count.withLock { $0 > 0 } } }
      defer { group.cancelAll() }
      while let next = try await group.next() {
        if let next { return next }
      }
      throw CancellationError()
    }
  }

  private func note() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
