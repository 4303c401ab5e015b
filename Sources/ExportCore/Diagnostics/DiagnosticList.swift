// SPDX-License-Identifier: Apache-2.0

/// Every problem of a text at once.
public struct DiagnosticList: Error, Sendable, Equatable {
  /// More than these are counted and not kept, so that a text of nothing but mistakes takes no memory to tell.
  public static let limit = 10_000

  /// In the order in which they were found.
  public private(set) var all: [Diagnostic] = []
  private var moreErrors = 0
  private var moreWarnings = 0

  public init(_ all: [Diagnostic] = []) { for diagnostic in all { add(diagnostic) } }

  public var hasErrors: Bool { errorCount > 0 }
  public var isEmpty: Bool { count == 0 }
  /// Whatever is added now is only counted.
  public var isFull: Bool { all.count >= Self.limit }
  /// Also of those that were not kept.
  public var count: Int { all.count + moreErrors + moreWarnings }
  var errorCount: Int { moreErrors + all.count { $0.severity == .error } }

  public mutating func add(_ diagnostic: Diagnostic) {
    guard isFull else { return all.append(diagnostic) }
    if diagnostic.severity == .error { moreErrors += 1 } else { moreWarnings += 1 }
  }

  public mutating func add(contentsOf others: DiagnosticList) {
    for diagnostic in others.all { add(diagnostic) }
    moreErrors += others.moreErrors
    moreWarnings += others.moreWarnings
  }

  /// Without those that stand exactly at one of these places.
  public func without(places: Set<SourcePlace>) -> DiagnosticList {
    guard !places.isEmpty else { return self }
    return keeping(all.filter { $0.place.map { !places.contains($0) } ?? true })
  }

  private func keeping(_ kept: [Diagnostic]) -> DiagnosticList {
    var list = self
    list.all = kept
    return list
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
    var once: [Diagnostic] = []
    var told: [Told: Int] = [:]
    for diagnostic in ranked.map(\.element) {
      if let index = told[Told(diagnostic)] {
        once[index].tellUses(of: diagnostic)
      } else {
        told[Told(diagnostic)] = once.count
        once.append(diagnostic)
      }
    }
    return keeping(once)
  }
}

extension Diagnostic {
  /// The same is told of what two aliases bring in: both are named.
  fileprivate mutating func tellUses(of other: Diagnostic) {
    guard let place, place.use != 0, let use = other.place?.use, use != 0 else { return }
    for note in other.related where related.count < Self.usesLimit && !related.contains(note) { related.append(note) }
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
