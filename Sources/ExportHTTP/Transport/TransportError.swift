// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Why no answer came.
public struct TransportError: Error, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Nobody listens there, or the name is unknown: the request was certainly not sent.
    case unreachable
    /// Somebody listens there who cannot prove to be the one that was meant: nothing was sent.
    case untrusted
    /// The proxy does not let the request through: nothing was sent.
    case proxy
    case timedOut
    /// The connection ended in the middle.
    case cut
    case tooLarge(limit: Int)
    /// The answer leads somewhere else, and that is not followed.
    case redirect
  }

  public var kind: Kind
  /// One line, without the request's URL.
  public var message: String

  public init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }

  /// The request may have reached the service.
  public var mayHaveArrived: Bool {
    switch kind {
    case .unreachable, .untrusted, .proxy: false
    case .timedOut, .cut, .tooLarge, .redirect: true
    }
  }

  /// What it is to a policy that reads classes only: the same for every kind. An answer without an end and one that
  /// leads in a circle are a gateway's, as an outage is, and say nothing of what was asked for.
  public var errorClass: ErrorClass { .again }
}
