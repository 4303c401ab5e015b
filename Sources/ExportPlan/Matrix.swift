// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Which cells of apps × datasets × formats × windows an export wants: its `include:` and `exclude:`.
struct Matrix {
  private let include: [Row]
  private let exclude: [Row]

  /// A match with its datasets by their own names.
  private struct Row {
    var match: MatrixMatch
    var datasets: Set<String>?
    var formats: Set<String>?

    init(_ match: MatrixMatch, _ traits: ServiceTraits) {
      self.match = match
      datasets = match.datasets.map { Set($0.compactMap { traits.dataset(typed: $0.value)?.name }) }
      formats = match.formats.map { Set($0.map(\.value)) }
    }

    func fits(_ app: AppSetting, _ dataset: String, _ format: String) -> Bool {
      if let datasets, !datasets.contains(dataset) { return false }
      if let formats, !formats.contains(format) { return false }
      if let apps = match.apps, !apps.contains(where: { $0.matches(app.name.value) }) { return false }
      return match.labels.matches(app.labels)
    }
  }

  /// The first entry of `include:` that fits; `nil` also when there is no `include:`.
  func including(_ app: AppSetting, dataset: String, format: String, day: CivilDate) -> MatrixMatch? {
    include.first { row in
      row.fits(app, dataset, format) && row.match.windows?.contains(day) ?? true
    }?.match
  }

  init(_ export: ExportSetting, _ traits: ServiceTraits) {
    include = export.include.map { Row($0, traits) }
    exclude = export.exclude.map { Row($0, traits) }
  }

  /// The days on which windows may begin, for one dataset of one app in one format; `nil`: none.
  func days(_ app: AppSetting, dataset: String, format: String) -> Days? {
    var days = Days()
    if !include.isEmpty {
      let rows = include.filter { $0.fits(app, dataset, format) }
      guard !rows.isEmpty else { return nil }
      if rows.allSatisfy({ $0.match.windows != nil }) { days.include = rows.compactMap(\.match.windows) }
    }
    for row in exclude where row.fits(app, dataset, format) {
      guard let windows = row.match.windows else { return nil }
      days.exclude.append(windows)
    }
    return days
  }

  struct Days {
    /// `nil`: every day.
    var include: [WindowRange]?
    var exclude: [WindowRange] = []

    var isEvery: Bool { include == nil && exclude.isEmpty }

    /// - Parameter day: the one that the window begins on, in its own zone.
    func contain(_ day: CivilDate) -> Bool {
      include?.contains { $0.contains(day) } ?? true && !exclude.contains { $0.contains(day) }
    }
  }
}
