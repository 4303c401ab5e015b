// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportPlan
import ExportReport
import ExportRun
import Foundation
import Logging

/// The notifications of one run: made ready when it begins, so that what is missing is known, and sent when it has ended.
struct RunNotifications: Sendable {
  private let planned: [PlannedNotification]
  private let ready: [ReadyNotification]
  private let unready: [UnsentNotification]
  private let options: BatchRun.Options

  init(_ plan: Plan, options: BatchRun.Options) {
    (planned, self.options) = (plan.notifications, options)
    guard options.redirect == nil else {
      (ready, unready) = ([], [])
      return
    }
    let resolver = SecretResolver(environment: options.environment, folder: options.folder)
    // Each is asked for once: a command may be slow, or want a finger on a key.
    var known: [String: Result<Secret, SecretError>] = [:]
    var (ready, unready): ([ReadyNotification], [UnsentNotification]) = ([], [])
    for notification in planned {
      for name in notification.secrets where known[name] == nil {
        known[name] = resolver.one(name, plan.secrets[name])
      }
      do throws(UnsentNotification) {
        let notification = try ReadyNotification(notification) { name throws(SecretError) in
          try (known[name] ?? .failure(.unnamed(name))).get()
        }
        ready.append(notification)
      } catch {
        unready.append(error)
      }
    }
    (self.ready, self.unready) = (ready, unready)
  }

  /// Called once, when the report is written. At most once: a program that is killed before has told nobody, and no later
  /// run does it in its place.
  /// - Returns: those that nobody got.
  func tell(_ report: RunReport, file: URL, logger: Logger) async -> [UnsentNotification] {
    guard !planned.isEmpty else { return [] }
    let (wanted, unknown) = wanted(report)
    if options.redirect != nil { return wanted.map { UnsentNotification(name: $0, reason: .rehearsal) } }
    let late = unready.filter { wanted.contains($0.name) } + unknown
    let due = ready.filter { wanted.contains($0.planned.name) }
    guard !due.isEmpty else { return late }
    let longest = due.map(\.planned.timeout).max() ?? NotificationSetting.usualTimeout
    let transport = AsyncHTTPTransport(
      program: options.program, environment: options.environment, limit: longest, logger: logger)
    let unsent = await Notifier(transport: transport, clock: ContinuousClock())
      .send(due, about: report, file: file.path)
    try? await transport.shutdown()
    return late + unsent
  }

  /// The names of those whose occasion this is, and those of which that cannot be told.
  private func wanted(_ report: RunReport) -> (names: [String], unknown: [UnsentNotification]) {
    let trace = RunTrace(report)
    do {
      let last =
        planned.contains { $0.occasion == .change }
        ? try RunTrace.last(before: report.header, in: options.state) : .none
      return (planned.filter { $0.occasion.isNow(trace, last: last) }.map(\.name), [])
    } catch {
      let (unknown, known) = (planned.filter { $0.occasion == .change }, planned.filter { $0.occasion != .change })
      return (
        known.filter { $0.occasion.isNow(trace, last: .none) }.map(\.name),
        unknown.map { UnsentNotification(name: $0.name, reason: .history("\(error)")) }
      )
    }
  }
}

extension SecretResolver {
  /// - Parameter reference: `nil`: nothing says where it is.
  fileprivate func one(_ name: String, _ reference: SecretReference?) -> Result<Secret, SecretError> {
    guard let reference else { return .failure(.unnamed(name)) }
    do {
      guard let secret = try resolve([name: reference])[name] else { return .failure(.unnamed(name)) }
      return .success(secret)
    } catch {
      return .failure(error as? SecretError ?? .unnamed(name))
    }
  }
}

extension SecretError {
  fileprivate static func unnamed(_ name: String) -> SecretError {
    SecretError(missing: [.init(name: name, source: "the plan names no such secret")])
  }
}
