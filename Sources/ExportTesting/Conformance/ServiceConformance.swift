// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Logging

/// What every service description must stand, held against a server that is made from the description itself and
/// answers over a real socket: every dataset is asked for, every state shown, every refusal given; answers are lost,
/// cut, empty and full of secrets; lists go over several pages and in circles.
///
/// A description that passes is consistent with itself and with what a run expects of a service. Whether it is
/// consistent with the service only the service can tell.
public struct ServiceConformance: Sendable {
  /// Something that does not hold.
  public struct Failure: Sendable, CustomStringConvertible {
    /// Which check, as a sentence.
    public var check: String
    public var reason: String

    public var description: String { "\(check): \(reason)" }
  }

  public struct Report: Sendable {
    /// Every check that was made, as a sentence.
    public var checks: [String] = []
    public var failures: [Failure] = []
  }

  let description: ServiceDescription
  let parameters: [String: JSONValue]
  let app: [String: JSONValue]
  let secrets: [String: Secret]

  /// - Parameters:
  ///   - parameters: of the service, where a made-up text would not do.
  ///   - app: parameters of the app, likewise.
  ///   - secrets: likewise, such as a key that must be Base64. Whatever is given must not be seen in any message.
  public init(
    _ description: ServiceDescription, parameters: [String: JSONValue] = [:], app: [String: JSONValue] = [:],
    secrets: [String: Secret] = [:]
  ) {
    (self.description, self.parameters, self.app, self.secrets) = (description, parameters, app, secrets)
  }

  /// Makes every check that the description has something for. Checks do not depend on one another.
  public func run() async throws -> Report {
    let transport = AsyncHTTPTransport(
      userAgent: "conformance/1", logger: Logger(label: "conformance", factory: { _ in SwiftLogNoOpLogHandler() }))
    let report = try await run(over: transport) { _ in true }
    try await transport.shutdown()
    return report
  }

  /// As `run`, over another transport, and only those checks whose sentence is wanted.
  public func run(over transport: any HTTPTransport, where isWanted: (String) -> Bool) async throws -> Report {
    var report = Report()
    for check in checks where isWanted(check.sentence) {
      report.checks.append(check.sentence)
      do {
        try await run(check, over: transport)
      } catch let error as ConformanceProblem {
        report.failures.append(Failure(check: check.sentence, reason: error.reason))
      } catch {
        report.failures.append(Failure(check: check.sentence, reason: "it threw \(error)"))
      }
    }
    return report
  }

  /// Of every check that the description has something for.
  public var sentences: [String] { checks.map(\.sentence) }

  private func run(_ check: ConformanceCheck, over transport: any HTTPTransport) async throws {
    let server = DescribedServer(description)
    try await server.serving { socket in
      server.state.withLock { $0.base = socket.url }
      try await check.body(try ConformanceBench(self, server, at: socket.url, over: transport))
    }
  }

  private var checks: [ConformanceCheck] {
    submitChecks + stateChecks + refusalChecks + recoveryChecks + pagingChecks + endingChecks + resultChecks
      + answerChecks + redactionChecks
  }
}

/// One sentence about a description, and how it is found out.
struct ConformanceCheck: Sendable {
  var sentence: String
  var body: @Sendable (ConformanceBench) async throws -> Void

  init(_ sentence: String, _ body: @escaping @Sendable (ConformanceBench) async throws -> Void) {
    (self.sentence, self.body) = (sentence, body)
  }
}

/// Why a check does not hold.
struct ConformanceProblem: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }

  static func unless(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
    if !condition { throw ConformanceProblem(reason()) }
  }
}

/// Texts that must not be seen.
enum ConformanceCanary {
  static let token = "canary-token-a1"
  static let delivery = "canary+sas/b2="
  static let link = "canary-link-c3"
}
