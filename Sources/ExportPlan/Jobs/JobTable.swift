// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The jobs of a plan, in its order: 48 bytes each. What many jobs share (datasets, windows, lists of gates) is kept
/// once, so that a million jobs are one block of memory and not a million objects.
public struct JobTable: Sendable {
  /// What jobs of the same export, dataset and format share.
  struct Sort: Sendable, Hashable {
    var export: Int
    var dataset: String
    var format: String
    var kind: DatasetTraits.Kind
  }

  /// A window as asked and as sent.
  struct Cell: Sendable, Hashable {
    var window: Window
    var label: String
    var sent: SentWindow?
  }

  /// One job: indexes into what is shared.
  struct Row: Sendable {
    var app: UInt32
    var sort: UInt32
    var cell: UInt32
    /// Of `waits`; 0 waits for nothing.
    var after: UInt32
  }

  /// By job.
  public private(set) var keys: [JobKey] = []
  private(set) var rows: [Row] = []
  private(set) var sorts = Shared<Sort>()
  private(set) var cells = Shared<Cell>()
  private(set) var waits = Shared<[Int]>([[]])

  public init() {}

  public init(_ jobs: some Sequence<PlannedJob>) { for job in jobs { append(job) } }

  public mutating func reserveCapacity(_ count: Int) {
    keys.reserveCapacity(count)
    rows.reserveCapacity(count)
  }

  public mutating func append(_ job: PlannedJob) {
    rows.append(row(job))
    keys.append(job.key)
  }

  // MARK: What jobs share

  /// The same for jobs of one export, dataset, format and window: what depends on nothing else is reckoned once.
  public func slot(of job: Int) -> UInt64 { UInt64(rows[job].sort) << 32 | UInt64(rows[job].cell) }

  /// The same for jobs of one app, export, dataset and format: those that differ in their windows only.
  public func series(of job: Int) -> UInt64 { UInt64(rows[job].app) << 32 | UInt64(rows[job].sort) }

  public func export(of job: Int) -> Int { sorts.values[Int(rows[job].sort)].export }
  public func app(of job: Int) -> Int { Int(rows[job].app) }
  public func dataset(of job: Int) -> String { sorts.values[Int(rows[job].sort)].dataset }

  /// Finds jobs by key; made for a question and not kept.
  public func finder() -> JobFinder { JobFinder(keys) }

  // MARK: By index

  mutating func append(_ key: JobKey, app: Int, sort: Int, cell: Int, after: Int = 0) {
    rows.append(Row(app: UInt32(app), sort: UInt32(sort), cell: UInt32(cell), after: UInt32(after)))
    keys.append(key)
  }

  mutating func intern(_ sort: Sort) -> Int { sorts.index(of: sort) }
  mutating func intern(_ cell: Cell) -> Int { cells.index(of: cell) }
  mutating func intern(_ gates: [Int]) -> Int { waits.index(of: gates) }

  mutating func setAfter(of job: Int, to list: Int) { rows[job].after = UInt32(list) }

  /// Puts the cells in their places once they are all known.
  mutating func replaceCells(_ known: [Cell]) { cells = Shared(known) }

  /// Some of the jobs (ascending indexes), with tables renumbered; a gate that has no new number is not waited for.
  func keeping(_ kept: [Int], exports: [Int: Int], apps: [Int: Int], gates: [Int: Int]) -> JobTable {
    var table = JobTable()
    table.reserveCapacity(kept.count)
    var (newSorts, newCells, newWaits): ([UInt32: Int], [UInt32: Int], [UInt32: Int]) = ([:], [:], [:])
    for index in kept {
      let row = rows[index]
      let sort =
        newSorts[row.sort]
        ?? {
          var sort = sorts[row.sort]
          sort.export = exports[sort.export] ?? sort.export
          return table.intern(sort)
        }()
      let cell = newCells[row.cell] ?? table.intern(cells[row.cell])
      let after = newWaits[row.after] ?? table.intern(waits[row.after].compactMap { gates[$0] })
      (newSorts[row.sort], newCells[row.cell], newWaits[row.after]) = (sort, cell, after)
      table.append(keys[index], app: apps[Int(row.app)] ?? Int(row.app), sort: sort, cell: cell, after: after)
    }
    return table
  }

  private mutating func row(_ job: PlannedJob) -> Row {
    let sort = Sort(export: job.export, dataset: job.dataset, format: job.format, kind: job.kind)
    return Row(
      app: UInt32(job.app), sort: UInt32(sorts.index(of: sort)),
      cell: UInt32(cells.index(of: Cell(window: job.window, label: job.label, sent: job.sent))),
      after: UInt32(waits.index(of: job.after)))
  }

  /// Values that many share, each kept once.
  struct Shared<Value: Hashable & Sendable>: Sendable {
    private(set) var values: [Value]
    private var indexes: [Value: Int]
    /// The one asked for last: neighbours share most.
    private var last = 0

    init(_ values: [Value] = []) {
      self.values = values
      indexes = Dictionary(zip(values, values.indices), uniquingKeysWith: { first, _ in first })
    }

    subscript(index: UInt32) -> Value { values[Int(index)] }

    mutating func index(of value: Value) -> Int {
      if last < values.count, values[last] == value { return last }
      if let known = indexes[value] {
        last = known
      } else {
        last = values.count
        indexes[value] = last
        values.append(value)
      }
      return last
    }
  }
}

extension JobTable: RandomAccessCollection, MutableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { rows.count }

  public subscript(index: Int) -> PlannedJob {
    get {
      let row = rows[index]
      let (sort, cell) = (sorts[row.sort], cells[row.cell])
      return PlannedJob(
        key: keys[index], export: sort.export, app: Int(row.app), dataset: sort.dataset, format: sort.format,
        kind: sort.kind, window: cell.window, label: cell.label, sent: cell.sent, after: waits[row.after])
    }
    set {
      keys[index] = newValue.key
      rows[index] = row(newValue)
    }
  }
}

extension JobTable: Equatable {
  public static func == (a: JobTable, b: JobTable) -> Bool { a.count == b.count && a.elementsEqual(b) }
}
