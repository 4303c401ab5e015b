// SPDX-License-Identifier: Apache-2.0

/// A half-open interval of time `[start, end)`, cut in a named zone.
public struct Window: Sendable, Hashable {
  public var start: Instant
  public var end: Instant
  /// The IANA name of the zone it was cut in, such as `UTC` or `Europe/Paris`.
  public var zone: String

  public init(start: Instant, end: Instant, zone: String) {
    (self.start, self.end, self.zone) = (start, end, zone)
  }

  public func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }
}

/// A window as it goes on the wire: text made by the service's own rule.
public struct SentWindow: Sendable, Hashable {
  public var start: String
  public var end: String

  public init(start: String, end: String) { (self.start, self.end) = (start, end) }
}
