// SPDX-License-Identifier: Apache-2.0
import ExportHTTP
import Logging

extension AsyncHTTPTransport {
  /// The program's own transport: it says who it is, and goes through the proxies of the environment.
  /// - Parameter program: `outhaul 1.0`.
  convenience init(program: String, environment: [String: String], logger: Logger) {
    self.init(
      userAgent: program.replacing(" ", with: "/"), proxies: ProxySettings(environment: environment), logger: logger)
  }
}
