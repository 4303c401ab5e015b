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
    self.message = message
    self.place = place
    self.help = help
    self.related = related
    self.hidesLine = hidesLine
  }
}

/// Every problem of a text at once.
public struct DiagnosticList: Error, Sendable, Equatable {
  public private(set) var all: [Diagnostic]

  public init(_ all: [Diagnostic] = []) { self.all = all }

  public var hasErrors: Bool { all.contains { $0.severity == .error } }
  public var isEmpty: Bool { all.isEmpty }

  public mutating func add(_ diagnostic: Diagnostic) { all.append(diagnostic) }
  public mutating func add(contentsOf others: DiagnosticList) { all += others.all }

  /// Without those that stand exactly at one of these places.
  public func without(places: Set<SourcePlace>) -> DiagnosticList {
    places.isEmpty ? self : DiagnosticList(all.filter { $0.place.map { !places.contains($0) } ?? true })
  }

  /// By file in order of first mention, then line, then column; placeless ones first, and what is told twice of one place only once.
  public func sorted() -> DiagnosticList { sorted(files: []) }

  /// As `sorted`, with these files first; others follow in order of their first mention.
  public func sorted(files: [SourceFile]) -> DiagnosticList {
    var order: [ObjectIdentifier: Int] = [:]
    for file in files where order[ObjectIdentifier(file)] == nil { order[ObjectIdentifier(file)] = order.count }
    for case let place? in all.map(\.place) where order[ObjectIdentifier(place.file)] == nil {
      order[ObjectIdentifier(place.file)] = order.count
    }
    func rank(_ diagnostic: Diagnostic) -> (Int, Int, Int) {
      guard let place = diagnostic.place else { return (-1, 0, 0) }
      return (order[ObjectIdentifier(place.file)] ?? 0, place.line, place.column)
    }
    let ranked = all.enumerated().sorted { a, b in
      let (x, y) = (rank(a.element), rank(b.element))
      return x == y ? a.offset < b.offset : x < y
    }
    var told: Set<Told> = []
    return DiagnosticList(ranked.map(\.element).filter { told.insert(Told($0)).inserted })
  }
}

/// What a diagnostic says of which place.
private struct Told: Hashable {
  let code: String
  let message: String
  let place: SourcePlace?

  init(_ diagnostic: Diagnostic) {
    (code, message, place) = (diagnostic.code, diagnostic.message, diagnostic.place)
  }
}
