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

    func fits(_ app: AppSetting, _ dataset: String, _ format: String, _ day: () -> CivilDate) -> Bool {
      if let apps = match.apps, !apps.contains(where: { $0.matches(app.name.value) }) { return false }
      if let datasets, !datasets.contains(dataset) { return false }
      if let formats, !formats.contains(format) { return false }
      if let windows = match.windows, !windows.contains(day()) { return false }
      return match.labels.allSatisfy { app.labels[$0.key] == $0.value }
    }
  }

  /// The first entry of `include:` that fits; `nil` also when there is no `include:`.
  func including(_ app: AppSetting, dataset: String, format: String, day: CivilDate) -> MatrixMatch? {
    include.first { $0.fits(app, dataset, format, { day }) }?.match
  }

  init(_ export: ExportSetting, _ traits: ServiceTraits) {
    include = export.include.map { Row($0, traits) }
    exclude = export.exclude.map { Row($0, traits) }
  }

  /// - Parameter day: the one that the window begins on, in its own zone.
  func wants(_ app: AppSetting, dataset: DatasetTraits, format: String, day: @autoclosure () -> CivilDate) -> Bool {
    func fits(_ row: Row) -> Bool { row.fits(app, dataset.name, format, day) }
    return (include.isEmpty || include.contains(where: fits)) && !exclude.contains(where: fits)
  }
}
