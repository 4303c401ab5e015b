// SPDX-License-Identifier: Apache-2.0

/// A text of a manifest that each job completes: `${window.start}` and `${window.end}` are the job's window as the
/// service is told it, `${app.NAME}` is a parameter of its app.
public struct JobTemplate: Sendable, Equatable {
  public struct Hole: Sendable, Hashable {
    public var scope: String
    public var name: String

    public init(scope: String, name: String) { (self.scope, self.name) = (scope, name) }

    /// As it is written.
    public var text: String { "${\(scope).\(name)}" }
    public var isOfWindow: Bool { scope == "window" }
  }

  public enum Part: Sendable, Equatable {
    case text(String)
    case hole(Hole)
  }

  /// What a job can complete, besides parameters of its app.
  public static let windowNames = ["start", "end"]

  public let parts: [Part]

  /// What looks like a hole and is none is text.
  public init(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let begin = rest.firstRange(of: "${"), let end = rest[begin.upperBound...].firstIndex(of: "}") {
      let inside = rest[begin.upperBound..<end].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      let isHole = inside.count == 2 && inside.allSatisfy { !$0.isEmpty && !$0.contains("$") }
      let after = isHole ? rest.index(after: end) : begin.upperBound
      parts.append(.text(String(rest[..<(isHole ? begin.lowerBound : begin.upperBound)])))
      if isHole { parts.append(.hole(Hole(scope: String(inside[0]), name: String(inside[1])))) }
      rest = rest[after...]
    }
    self.parts = parts + [.text(String(rest))]
  }

  public var holes: [Hole] {
    parts.compactMap { if case .hole(let hole) = $0 { hole } else { nil } }
  }

  /// The text of one job; `nil` when a value in it is absent.
  public func text(window: SentWindow?, app: [String: JSONValue]) -> String? {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .hole(let hole):
        guard let value = Self.value(of: hole, window, app) else { return nil }
        result += value
      }
    }
    return result
  }

  private static func value(of hole: Hole, _ window: SentWindow?, _ app: [String: JSONValue]) -> String? {
    switch (hole.scope, hole.name) {
    case ("window", "start"): window?.start
    case ("window", "end"): window?.end
    case ("app", let name): app[name].map { $0.string ?? $0.canonicalText }
    default: nil
    }
  }
}
