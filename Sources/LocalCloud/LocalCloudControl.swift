// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL

/// The control endpoint of a running cloud, from outside.
public struct LocalCloudControl: Sendable {
  /// The `control_url` that the cloud told.
  public var url: String
  /// A file with the certificate of a cloud that speaks https, which nobody else vouches for.
  public var certificate: String?

  public init(url: String, certificate: String? = nil) { (self.url, self.certificate) = (url, certificate) }

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
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try trusting())
    let answer: Result<String, any Error>
    do {
      let response = try await client.execute(request, timeout: .seconds(30))
      let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
      answer =
        (200..<300).contains(response.status.code) ? .success(text) : .failure(LocalCloudControlError(url: url))
    } catch {
      answer = .failure(LocalCloudControlError(url: url, isUntrusted: Self.isUntrusted(error)))
    }
    try? await client.shutdown()
    return try answer.get()
  }

  private func trusting() throws -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.timeout.connect = .seconds(5)
    configuration.connectionPool.retryConnectionEstablishment = false
    guard let certificate else { return configuration }
    guard let roots = try? NIOSSLCertificate.fromPEMFile(certificate), !roots.isEmpty else {
      throw LocalCloudCertificateError(path: certificate)
    }
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.additionalTrustRoots = [.certificates(roots)]
    configuration.tlsConfiguration = tls
    return configuration
  }

  private static func isUntrusted(_ error: any Error) -> Bool {
    error is NIOSSLExtraError || "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
  }
}

/// Nobody there who takes control, or nobody to be trusted.
public struct LocalCloudControlError: Error, CustomStringConvertible {
  public var url: String
  public var isUntrusted = false

  public var description: String {
    if isUntrusted {
      return "the certificate of '\(url)' is not trusted here: say --certificate FILE with the one that the cloud told"
    }
    return "no local cloud answers at '\(url)': it offers its control_url when it is started with --control"
  }
}

/// What was to be trusted cannot be read.
public struct LocalCloudCertificateError: Error, CustomStringConvertible {
  public var path: String

  public var description: String { "'\(path)' is no file with a certificate" }
}
