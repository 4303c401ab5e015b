// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Lets so many tasks of each app run at once, in the order of their tickets.
final class Lanes: Sendable {
  private struct App {
    var lastTicket = 0
    var running = 0
    /// Tickets that have not entered yet, ascending.
    var outside: [Int] = []
    var ready: [Int: CheckedContinuation<Bool, Never>] = [:]
  }

  private let perApp: Int
  private let apps = Mutex<[Int64: App]>([:])

  init(perApp: Int) { self.perApp = perApp }

  func ticket(of app: Int64) -> Int {
    apps.withLock { apps in
      apps[app, default: App()].lastTicket += 1
      let ticket = apps[app]?.lastTicket ?? 1
      apps[app]?.outside.append(ticket)
      return ticket
    }
  }

  /// Returns when it is the ticket's turn.
  /// - Throws: `CancellationError`; the ticket is given back then.
  func enter(_ app: Int64, _ ticket: Int) async throws {
    let entered = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        apps.withLock { apps in
          guard !Task.isCancelled else { return continuation.resume(returning: false) }
          apps[app]?.ready[ticket] = continuation
        }
        admit(app)
      }
    } onCancel: {
      apps.withLock { $0[app]?.ready.removeValue(forKey: ticket) }?.resume(returning: false)
    }
    guard entered else { throw CancellationError() }
  }

  func leave(_ app: Int64) {
    apps.withLock { $0[app]?.running -= 1 }
    admit(app)
  }

  /// The first tickets go first, even while they are not ready: a queue has no overtaking.
  private func admit(_ app: Int64) {
    let admitted = apps.withLock { apps in
      var admitted: [CheckedContinuation<Bool, Never>] = []
      while let state = apps[app], state.running < perApp, let first = state.outside.first,
        let continuation = state.ready[first]
      {
        apps[app]?.outside.removeFirst()
        apps[app]?.ready.removeValue(forKey: first)
        apps[app]?.running += 1
        admitted.append(continuation)
      }
      return admitted
    }
    for continuation in admitted { continuation.resume(returning: true) }
  }
}
