// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportPlan
import ExportReport
import ExportRun
import Foundation
import Logging

/// Tells of a run that ended, once its report is written. Whatever goes wrong is told and changes nothing of the run.
struct Notifier<C: Clock>: Sendable where C.Duration == Duration {
  let transport: any HTTPTransport
  let clock: C

  /// Sends to all of them at once; returns when each has its answer or its time is over.
  /// - Returns: those that nobody got.
  func send(
    _ ready: [ReadyNotification], about report: RunReport, file: String
  ) async -> [UnsentNotification] {
    await withTaskGroup(of: UnsentNotification?.self) { group in
      for notification in ready {
        let message = RunMessage(of: report, as: notification.planned, file: file)
        group.addTask {
          guard let reason = await deliver(notification, message) else { return nil }
          return UnsentNotification(name: notification.planned.name, reason: reason)
        }
      }
      var unsent: [UnsentNotification] = []
      for await one in group { if let one { unsent.append(one) } }
      return unsent.sorted { $0.name < $1.name }
    }
  }

  /// - Returns: `nil` when it was taken.
  private func deliver(
    _ notification: ReadyNotification, _ message: RunMessage
  ) async -> UnsentNotification.Reason? {
    let end = clock.now.advanced(by: notification.planned.timeout)
    var number = 1
    while true {
      do {
        // The first has all of the time, and says so when it is over.
        let limit = number == 1 ? notification.planned.timeout : max(.milliseconds(1), clock.now.duration(to: end))
        let answer = try await answer(to: notification.request(message.contentType, message.body, within: limit))
        let left = clock.now.duration(to: end)
        switch DeliveryRule.next(notification.hidden(answer), number: number, left: left, now: WallClock().now) {
        case .delivered: return nil
        case .lost(let reason): return reason
        case .again(let pause): try await clock.sleep(until: clock.now.advanced(by: pause), tolerance: nil)
        }
      } catch {
        return .stopped
      }
      number += 1
    }
  }

  private func answer(to request: HTTPRequest) async throws -> DeliveryRule.Answer {
    do {
      // What stands behind the head says nothing more.
      return .head(try await transport.stream(request) { head, _ in head })
    } catch let error as TransportError {
      return .none(error)
    }
  }
}

extension ReadyNotification {
  fileprivate func hidden(_ answer: DeliveryRule.Answer) -> DeliveryRule.Answer {
    if case .none(let error) = answer { .none(hidden(error)) } else { answer }
  }
}
