// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// One export as it is expanded: what is the same for every app is worked out once.
struct ExportExpansion {
  let setting: ExportSetting
  let index: Int
  let rows: [Row]
  /// Datasets × formats, in the manifest's order.
  private(set) var columns: [Column] = []
  /// By column: what the canonical description of its jobs holds between app and window, where no app has options of
  /// its own.
  private var middles: [[UInt8]] = []
  private let matrix: Matrix
  private let export: PlannedExport
  private let service: PlannedService
  private let destination: DestinationSetting.Kind
  /// By row and dataset: the index of the cell in the job table, once a job wanted it.
  private var cells: [[Int?]]

  /// A cell of the grid, with the datasets that are asked for it.
  struct Row {
    var cell: WindowCell
    var firstDay: CivilDate
    /// What the canonical description of its jobs ends with.
    var closing: [UInt8]
    var isHistorical: Bool
    var isSnapshot: Bool
  }

  struct Column {
    var dataset: DatasetTraits
    /// Among the export's datasets.
    var position: Int
    var format: String
    var sort: Int
  }

  init(
    _ setting: ExportSetting, index: Int, in plan: inout Plan, traits: ServiceTraits, datasets: [DatasetTraits],
    cells: Cells
  ) {
    (self.setting, self.index) = (setting, index)
    rows = cells.rows.map { cell, datasets in
      Row(
        cell: cell, firstDay: cell.firstDay, closing: JobContent.closing(cell.window),
        isHistorical: datasets.contains { $0.kind == .historical },
        isSnapshot: datasets.contains { $0.kind == .snapshot })
    }
    matrix = Matrix(setting, traits)
    self.cells = [[Int?]](repeating: [Int?](repeating: nil, count: datasets.count), count: rows.count)
    export = plan.exports[index]
    service = plan.services[export.service]
    destination = plan.destinations[export.destination].kind
    let formats = setting.formats.isEmpty ? Array(traits.formats.prefix(1)) : setting.formats.map(\.value)
    for (position, dataset) in datasets.enumerated() {
      for format in formats {
        let sort = JobTable.Sort(export: index, dataset: dataset.name, format: format, kind: dataset.kind)
        let column = Column(
          dataset: dataset, position: position, format: format, sort: plan.jobs.intern(sort))
        columns.append(column)
        middles.append(middle(of: column, options: export.options[dataset.name] ?? [:]))
      }
    }
  }

  /// A column as one app has it: small, because every job of the app looks at it.
  struct ColumnOfApp {
    /// Of `columns`.
    var column: Int
    var sort: Int
    var isHistorical: Bool
    /// On which windows may begin; `nil`: every day.
    var days: Matrix.Days?
    /// The hash of what its jobs' descriptions have in common.
    var state: RunningDigest
  }

  func columns(of app: AppSetting, parameters: [String: JSONValue]) -> [ColumnOfApp] {
    var opening = RunningDigest()
    opening.add(JobContent.opening(app: parameters))
    return columns.enumerated().compactMap { index, column in
      guard let days = matrix.days(app, dataset: column.dataset.name, format: column.format) else { return nil }
      guard let options = export.options(of: column.dataset.name, app: app.name.value) else { return nil }
      var state = opening
      state.add(
        export.found[column.dataset.name] == nil ? middles[index] : middle(of: column, options: options))
      return ColumnOfApp(
        column: index, sort: column.sort, isHistorical: column.dataset.kind == .historical,
        days: days.isEvery ? nil : days, state: state)
    }
  }

  private func middle(of column: Column, options: [String: JSONValue]) -> [UInt8] {
    JobContent.middle(
      service: service, dataset: column.dataset.name, options: options, format: column.format, destination: destination)
  }

  /// The job table's index of a cell for a dataset.
  /// - Throws: when the service cannot be asked for it exactly.
  mutating func cell(_ row: Int, _ column: Int, in jobs: inout JobTable) throws(InexactWindow) -> Int {
    if let known = cells[row][columns[column].position] { return known }
    let column = columns[column]
    let cell = rows[row].cell
    let sent = try column.dataset.window?.render(cell.window)
    let index = jobs.intern(JobTable.Cell(window: cell.window, label: cell.label, sent: sent))
    cells[row][column.position] = index
    return index
  }

  func diagnostic(_ problem: InexactWindow, _ row: Int, _ column: Int) -> Diagnostic {
    problem.diagnostic(cell: rows[row].cell, dataset: columns[column].dataset.name, setting.window)
  }
}
