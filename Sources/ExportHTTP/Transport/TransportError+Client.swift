// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import ExportCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// What a request goes through, and how long each part of it may take.
struct TransportPhases: Sendable {
  var timeouts: AsyncHTTPTransport.Timeouts
  /// What comes before the request, for messages: `connect or TLS handshake`.
  var connecting: String
}

// What the client's errors mean: each phase by its name, never the URL.
extension TransportError {
  init(_ error: any Error, _ phases: TransportPhases) {
    switch error {
    case let error as TransportError: self = error
    case let error as NIOConnectionError: self.init(.unreachable, "cannot reach \(error.host):\(error.port)")
    case let error as HTTPClientError: self.init(error, phases)
    case let error as ChannelError:
      if case .connectTimeout = error {
        self = .connectTimeout(phases)
      } else {
        self.init(.cut, "the connection ended early")
      }
    case let error as HTTPParserError:
      if error == .headerOverflow {
        self.init(
          .tooLarge(limit: Self.headerLimit),
          "the answer's header is too long: a field of more than 80 KiB, more than 256 fields, or more than 2 MiB")
      } else if error == .invalidEOFState {
        self.init(.cut, "the connection ended early")
      } else {
        self.init(.cut, "the answer is no HTTP")
      }
    case let error as IOError where [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH].contains(error.errnoCode):
      let reason = error.errnoCode == ECONNREFUSED ? "connection refused" : "no route"
      self.init(.unreachable, "cannot connect: \(reason)")
    default: self.init(foreign: error)
    }
  }

  /// Of one field; NIO's own.
  static let headerLimit = 80 << 10

  private static func connectTimeout(_ phases: TransportPhases) -> TransportError {
    // The client has one limit for all that comes before the request, and does not say which of it took the time.
    TransportError(
      .unreachable, "no connection within \(DurationText.format(phases.timeouts.connect)) (\(phases.connecting))")
  }

  private init(_ error: HTTPClientError, _ phases: TransportPhases) {
    let timeouts = phases.timeouts
    let (connect, read) = (DurationText.format(timeouts.connect), DurationText.format(timeouts.read))
    switch error {
    case .connectTimeout: self = .connectTimeout(phases)
    case .tlsHandshakeTimeout: self.init(.unreachable, "no TLS session within \(connect) (TLS handshake)")
    case .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
      self.init(.proxy, "the proxy does not answer within \(connect) (proxy handshake)")
    case .proxyAuthenticationRequired: self.init(.proxy, "the proxy asks for another user or password")
    case .invalidProxyResponse: self.init(.proxy, "the proxy refuses to connect")
    case .getConnectionFromPoolTimeout: self.init(.unreachable, "no connection was free in time (connect)")
    case .invalidURL, .emptyHost, .emptyScheme:
      self.init(.unreachable, "cannot connect: \(error.shortDescription)")
    case .readTimeout: self.init(.timedOut, "no byte of the answer came for \(read) (read)")
    case .writeTimeout: self.init(.timedOut, "the request could not be sent in time (write)")
    case .deadlineExceeded: self = .late(timeouts.total)
    default: self.init(.cut, "the connection ended early: \(error.shortDescription)")
    }
  }

  /// The whole exchange took too long.
  static func late(_ limit: Duration) -> TransportError {
    TransportError(.timedOut, "no whole answer within \(DurationText.format(limit)) (total)")
  }

  /// Errors of packages that this target does not import, by the names of their types.
  private init(foreign error: any Error) {
    let type = String(reflecting: type(of: error))
    if type.hasPrefix("NIOHTTPCompression.") {
      self.init(.cut, "the answer cannot be decompressed, or grows too much when it is")
    } else if type.hasPrefix("NIOSSL.") {
      let isCertificate = "\(error)".contains("CERTIFICATE_VERIFY_FAILED") || type.hasSuffix("ExtraError")
      self.init(
        .untrusted,
        isCertificate
          ? "the server's certificate is not trusted here: it is self-signed, expired or for another name"
          : "no TLS session could be made with the server")
    } else {
      self.init(.cut, "the connection ended early: \(Swift.type(of: error))")
    }
  }
}
