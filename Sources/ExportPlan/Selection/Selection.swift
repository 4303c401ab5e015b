// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Which jobs of a plan are meant: what `--select` and `--exclude` say. Terms of one expression, parted by commas, must
/// all hold; of several expressions one is enough; what is excluded is out, whatever selects it.
public struct Selection: Sendable, Equatable {
  /// What must hold of a job.
  enum Term: Sendable, Equatable {
    case export(Glob)
    case app(Glob)
    case dataset(Glob)
    case format(Glob)
    /// The app has the label; with a value that fits, when there is one.
    case label(String, Glob?)
    case window(WindowRange)
    /// The window by its name, such as `2016-W05` or `2016-01-*`.
    case windowName(Glob)
    case status(Status)
    /// Steps of the title, from its beginning: `EXPORT/APP/DATASET/WINDOW` or less, or all of
    /// `EXPORT/APP/DATASET/FORMAT/WINDOW`.
    case title([Glob])
  }

  /// Words for where a job stands by the ledger.
  public enum Status: String, Sendable, Equatable, CaseIterable {
    case neverExported = "never-exported"
    case failed
    case inFlight = "in-flight"
    case notRipe = "not-ripe"
    case exported
    case snapshotMissed = "snapshot-missed"
    case lookback, forced
    case artifactMissing = "artifact-missing"
    case definitionChanged = "definition-changed"
    case beyondCatchUp = "beyond-catch-up"
    case noLongerKept = "no-longer-kept"
    /// A run would work on it now.
    case due
    /// Due, and there is no verified file of it.
    case missing
  }

  let select: [[Term]]
  let exclude: [[Term]]

  /// - Throws: `SelectionError`.
  public init(select: [String] = [], exclude: [String] = []) throws {
    self.select = try select.map(Self.terms)
    self.exclude = try exclude.map(Self.terms)
  }

  /// Every job is meant.
  public var isEverything: Bool { select.isEmpty && exclude.isEmpty }

  /// Says something of the status, so that it needs the ledger.
  public var needsLedger: Bool {
    (select + exclude).joined().contains { if case .status = $0 { true } else { false } }
  }
}

// MARK: Reading

extension Selection {
  /// The words before a colon.
  enum Field: String, CaseIterable { case export, app, dataset, format, label, window, status }

  private static func terms(_ expression: String) throws -> [Term] {
    try expression.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let text = part.trimming { $0 == " " }
      guard !text.isEmpty else { throw SelectionError.empty(expression) }
      guard let colon = text.firstIndex(of: ":") else { return try title(String(text)) }
      let (word, value) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
      guard let field = Field(rawValue: word) else { throw SelectionError.unknownField(word) }
      guard !value.isEmpty else { throw SelectionError.noValue(word) }
      return try term(field, value)
    }
  }

  private static func term(_ field: Field, _ value: String) throws -> Term {
    switch field {
    case .export: return .export(Glob(value))
    case .app: return .app(Glob(value))
    case .dataset: return .dataset(Glob(value))
    case .format: return .format(Glob(value))
    case .label:
      let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard !parts[0].isEmpty else { throw SelectionError.noValue(field.rawValue) }
      return .label(String(parts[0]), parts.count == 2 ? Glob(String(parts[1])) : nil)
    case .window:
      if let range = WindowRange(value) { return .window(range) }
      // What is written like a day and is none, is no name either.
      if value.wholeMatch(of: #/\d{4}-\d{2}-\d{2}/#) != nil { throw SelectionError.badWindow(value) }
      let isName = value.wholeMatch(of: #/[0-9]{4}-[0-9W][0-9TZ\-]*/#) != nil
      guard !value.contains(".."), value.isPattern || isName else { throw SelectionError.badWindow(value) }
      return .windowName(Glob(value))
    case .status:
      guard let status = Status(rawValue: value) else { throw SelectionError.unknownStatus(value) }
      return .status(status)
    }
  }

  private static func title(_ text: String) throws -> Term {
    let steps = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard steps.count <= 5, steps.allSatisfy({ !$0.isEmpty }) else { throw SelectionError.badTitle(text) }
    return .title(steps.map { Glob($0) })
  }
}

extension String {
  /// Has a character that stands for others.
  var isPattern: Bool { contains("*") || contains("?") }
}

extension Substring {
  fileprivate func trimming(_ isBlank: (Character) -> Bool) -> Substring {
    var rest = drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }
}
