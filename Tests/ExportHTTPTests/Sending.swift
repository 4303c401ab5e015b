// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Logging
import Testing

/// The real transport, for one test.
enum Sending {
  static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  /// How busy the machine is, is not what tests are about.
  static let patient = AsyncHTTPTransport.Timeouts(connect: .seconds(60), read: .seconds(3600), total: .seconds(3600))

  static func with<Value>(
    _ timeouts: AsyncHTTPTransport.Timeouts = patient, environment: [String: String] = [:],
    _ body: (AsyncHTTPTransport) async throws -> Value
  ) async throws -> Value {
    let transport = AsyncHTTPTransport(
      userAgent: "outhaul/1.2.3", timeouts: timeouts, proxies: ProxySettings(environment: environment), logger: logger)
    do {
      let value = try await body(transport)
      try await transport.shutdown()
      return value
    } catch {
      try? await transport.shutdown()
      throw error
    }
  }

  /// The failure of one request.
  static func failure(
    _ url: String, method: String = "GET", limit: Int = 1 << 20, _ timeouts: AsyncHTTPTransport.Timeouts = patient,
    environment: [String: String] = [:]
  ) async throws -> TransportError {
    try await with(timeouts, environment: environment) { transport in
      try await #require(throws: TransportError.self) {
        try await transport.send(HTTPRequest(method, url), limit: limit)
      }
    }
  }
}
