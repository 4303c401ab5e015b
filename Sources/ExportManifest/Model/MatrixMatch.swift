// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An entry of an export's `include:` or `exclude:`: the jobs of the matrix that have all that is said here.
public struct MatrixMatch: Sendable {
  /// Patterns, of which one must fit; `nil`: every app.
  public var apps: [Glob]?
  /// Names or other spellings of datasets.
  public var datasets: [Located<String>]?
  public var formats: [Located<String>]?
  /// What the app's labels must fit.
  public var labels: LabelSelector
  public var windows: WindowRange?
  public var place: SourcePlace

  public init(
    apps: [Glob]? = nil, datasets: [Located<String>]? = nil, formats: [Located<String>]? = nil,
    labels: LabelSelector = [:], windows: WindowRange? = nil, place: SourcePlace
  ) {
    (self.apps, self.datasets, self.formats) = (apps, datasets, formats)
    (self.labels, self.windows, self.place) = (labels, windows, place)
  }
}

/// Windows by the day that they begin on, in their own zone: `2016-01-01`, `2016-01-01..2016-01-31` (both included),
/// `2016-01-01..` or `..2016-01-31`.
public struct WindowRange: Sendable, Equatable {
  public var first: CivilDate?
  public var last: CivilDate?

  public init(first: CivilDate?, last: CivilDate?) { (self.first, self.last) = (first, last) }

  /// `nil` for anything else, and for a range that ends before it begins.
  public init?(_ text: some StringProtocol) {
    guard let dots = text.firstRange(of: "..") else {
      guard let day = CivilDate(text) else { return nil }
      self.init(first: day, last: day)
      return
    }
    let (from, to) = (text[..<dots.lowerBound], text[dots.upperBound...])
    let (first, last) = (CivilDate(from), CivilDate(to))
    guard from.isEmpty == (first == nil), to.isEmpty == (last == nil), first != nil || last != nil else { return nil }
    if let first, let last, last < first { return nil }
    self.init(first: first, last: last)
  }

  public func contains(_ day: CivilDate) -> Bool {
    if let first, day < first { return false }
    if let last, last < day { return false }
    return true
  }
}
