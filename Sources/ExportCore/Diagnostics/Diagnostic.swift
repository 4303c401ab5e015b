// SPDX-License-Identifier: Apache-2.0

/// One thing to tell about a text that a person wrote: what was found, where, what was expected, what to do.
public struct Diagnostic: Error, Sendable, Equatable {
  public enum Severity: String, Sendable, Equatable {
    case error, warning
  }

  /// A second place that explains the first, such as where a key was first given.
  public struct Related: Sendable, Equatable {
    public var place: SourcePlace
    public var message: String

    public init(_ message: String, at place: SourcePlace) {
      self.place = place
      self.message = message
    }
  }

  /// Places that bring in what stands at the first one: no more are told.
  static let usesLimit = 8
  /// In bytes; longer messages are cut.
  static let messageLimit = 1_000

  public var severity: Severity
  /// Stable for ever, such as `M014`; the letter names the reader: `Y` YAML, `M` manifest, `P` plan, `D` description.
  public var code: String
  /// Lower case, what was found in quotes, no blame.
  public var message: String
  /// `nil` for what stands nowhere, such as a file that cannot be read.
  public var place: SourcePlace?
  /// Short advice shown behind the caret: "did you mean 'crash'?".
  public var help: String?
  public var related: [Related]
  /// The line holds what may be a secret: it is never shown, neither with this problem nor with another.
  public var hidesLine: Bool

  public init(
    _ severity: Severity = .error, code: String, _ message: String, at place: SourcePlace?,
    help: String? = nil, related: [Related] = [], hidesLine: Bool = false
  ) {
    self.severity = severity
    self.code = code
    self.message = message.cut(to: Self.messageLimit)
    self.place = place
    self.help = help?.cut(to: Self.messageLimit)
    self.related = related + (place?.uses ?? [])
    self.hidesLine = hidesLine
  }
}

extension String {
  /// The first of its bytes, never half a character, and that there are more; all of it when there are no more.
  public func cut(to limit: Int) -> String {
    guard utf8.count > limit else { return self }
    return String(decoding: utf8.prefix(limit), as: UTF8.self).trimmingHalf + "…"
  }

  /// Without what is left of a character that was cut in the middle.
  private var trimmingHalf: String { String(self[..<(lastIndex { $0 != "\u{FFFD}" }.map(index(after:)) ?? endIndex)]) }
}
