// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportPlan
import ExportRun
import ExportServices
import Foundation
import Logging
import Synchronization

/// Makes one task by hand, watches it to its end and checks its files, and tells every step. Nothing is written to any
/// state.
public struct Trial: Sendable {
  /// A look that fails so often in a row is the end.
  static let looks = 8
  /// Someone who wants to stop is heard after so long at the latest.
  static let step: Duration = .milliseconds(100)

  let subject: TrialSubject
  let options: BatchRun.Options
  let logger: Logger

  public init(_ subject: TrialSubject, options: BatchRun.Options, logger: Logger) {
    (self.subject, self.options, self.logger) = (subject, options, logger)
  }

  /// - Parameters:
  ///   - isStopped: asked between requests; once true, the task is left to itself.
  ///   - observe: told of every step as it comes.
  /// - Throws: `SecretError`, `ProjectError`.
  public func run(
    isStopped: @escaping @Sendable () -> Bool, observe: @escaping @Sendable (TrialEvent) -> Void
  ) async throws -> TrialVerdict {
    let sheet = try ServiceSheet(subject.service.use, folder: options.folder)
    let redaction = Redaction(hosts: hosts, hidesLinks: sheet.facts.result == "links")
    let last = LastAnswer()
    return try await RunResources.using(
      subject.plan, options: options, logger: logger,
      watch: { transport, secrets in
        for secret in secrets + [options.redirect?.secret, options.redirect?.accountKey].compactMap({ $0 }) {
          redaction.learn(secret)
        }
        return WatchedTransport(
          base: transport, redaction: redaction, observe: { observe(.wire($0)) }, peek: { last.take($1) })
      }
    ) { resources in
      guard let service = resources.services[subject.service.name],
        let traits = resources.traits[subject.service.name], let store = resources.stores[subject.destination.name]
      else { return .failed(task: nil, "the service or its destination is not set up") }
      let steps = TrialSteps(
        subject: subject, service: service, traits: traits, store: store, facts: sheet.facts, last: last,
        redaction: redaction, isStopped: isStopped, clock: ContinuousClock(), observe: observe)
      return await steps.run()
    }
  }

  /// Whose addresses are no links.
  private var hosts: Set<String> {
    var urls = [subject.service.base, options.redirect?.base, options.redirect?.blobs].compactMap { $0 }
    for destination in subject.plan.destinations {
      if case .azureContainer(let container) = destination.kind { urls.append(container.url) }
    }
    return Set(
      urls.compactMap { $0.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first?.lowercased() })
  }
}

/// The answer that came last, as it is.
final class LastAnswer: Sendable {
  private let state = Mutex<HTTPResponse?>(nil)

  var response: HTTPResponse? { state.withLock { $0 } }

  func take(_ response: HTTPResponse) { state.withLock { $0 = response } }

  /// What a pick of a description gives in it; `nil` for picks that only descriptions can follow.
  /// - Parameter task: where in the body a pointer begins.
  func value(at pick: String, below task: String? = nil) -> String? {
    guard let response else { return nil }
    if pick == "status:" { return String(response.head.status) }
    if pick.hasPrefix("header:") { return response.head.header(String(pick.dropFirst(7))) }
    guard pick.hasPrefix("body:"), let body = response.json else { return nil }
    let outer = task.flatMap { $0.hasPrefix("body:") ? String($0.dropFirst(5)) : nil } ?? ""
    let value = body.at(pointer: outer + pick.dropFirst(5))
    return value.flatMap { $0 == .null ? nil : $0.string ?? $0.canonicalText }
  }
}
