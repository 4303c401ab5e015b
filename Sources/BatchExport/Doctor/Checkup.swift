// SPDX-License-Identifier: Apache-2.0

/// One thing that was looked at, and what to do about it.
public struct Checkup: Sendable, Equatable {
  public enum Area: String, Sendable, CaseIterable { case manifest, secret, service, destination, notification }

  public enum Verdict: String, Sendable, CaseIterable { case ok, warning, failed }

  /// What kind of failure it is; the later ones are worse.
  public enum Cause: Int, Sendable, CaseIterable, Comparable {
    case invalid, unreachable, refused

    public static func < (a: Cause, b: Cause) -> Bool { a.rawValue < b.rawValue }
  }

  public var area: Area
  /// The manifest's name for what was looked at.
  public var name: String
  /// What of it, such as `clock`.
  public var check: String
  public var verdict: Verdict
  public var message: String
  /// What to do; `nil` when all is well.
  public var advice: String?
  /// Of what failed.
  public var cause: Cause?

  public init(
    area: Area, name: String, check: String, verdict: Verdict, message: String, advice: String? = nil,
    cause: Cause? = nil
  ) {
    (self.area, self.name, self.check, self.verdict) = (area, name, check, verdict)
    (self.message, self.advice, self.cause) = (message, advice, cause)
  }

  static func ok(_ area: Area, _ name: String, _ check: String, _ message: String) -> Checkup {
    Checkup(area: area, name: name, check: check, verdict: .ok, message: message)
  }

  static func warning(_ area: Area, _ name: String, _ check: String, _ message: String, do advice: String) -> Checkup {
    Checkup(area: area, name: name, check: check, verdict: .warning, message: message, advice: advice)
  }

  static func failed(
    _ area: Area, _ name: String, _ check: String, _ message: String, _ cause: Cause, do advice: String
  ) -> Checkup {
    Checkup(
      area: area, name: name, check: check, verdict: .failed, message: message, advice: advice, cause: cause)
  }
}
