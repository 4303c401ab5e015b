// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore

/// The control endpoint of a running cloud, from outside.
public struct LocalCloudControl: Sendable {
  /// The `controlURL` that the cloud told.
  public var url: String

  public init(url: String) { self.url = url }

  /// The rules that are on; a count is what is left of it.
  /// - Throws: `LocalCloudControlError`
  public func faults() async throws -> [String] {
    try await send(.GET, nil).split(separator: "\n").map(String.init)
  }

  /// Puts these in the place of those that are on.
  /// - Throws: `LocalCloudControlError`
  public func set(_ rules: [FaultRule]) async throws {
    _ = try await send(.POST, rules.map(\.description).joined(separator: "\n"))
  }

  private enum Method: String { case GET, POST }

  private func send(_ method: Method, _ body: String?) async throws -> String {
    var request = HTTPClientRequest(url: "\(url)/faults")
    request.method = .init(rawValue: method.rawValue)
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    do {
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
      let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
      guard (200..<300).contains(response.status.code) else { throw LocalCloudControlError(url: url) }
      return text
    } catch { throw LocalCloudControlError(url: url) }
  }
}

/// Nobody there who takes control.
public struct LocalCloudControlError: Error, CustomStringConvertible {
  public var url: String

  public var description: String {
    "no local cloud answers at '\(url)': it offers its controlURL when it is started with --control"
  }
}
