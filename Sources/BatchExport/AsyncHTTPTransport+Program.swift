// SPDX-License-Identifier: Apache-2.0
import ExportHTTP
import Logging

extension AsyncHTTPTransport {
  /// The program's own transport: it says who it is, and goes through the proxies of the environment.
  /// - Parameters:
  ///   - program: `outhaul 1.0`.
  ///   - limit: for a connection, and between two pieces of an answer; `nil`: the usual ones.
  convenience init(program: String, environment: [String: String], limit: Duration? = nil, logger: Logger) {
    let usual = Timeouts()
    let timeouts = limit.map { Timeouts(connect: min($0, usual.connect), read: $0, total: $0) } ?? usual
    self.init(
      userAgent: program.replacing(" ", with: "/"), timeouts: timeouts,
      proxies: ProxySettings(environment: environment), logger: logger)
  }
}
