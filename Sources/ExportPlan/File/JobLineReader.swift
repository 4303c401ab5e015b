// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Reads the lines that `JobLines` writes. Windows come later in the file: until then a job's cell is a place kept for
/// its label.
struct JobLineReader {
  /// What a cell stands for.
  struct Place: Hashable {
    var export: Int
    var dataset: String
    var label: String
  }

  private(set) var jobs = JobTable()
  /// A key stands once: it names one task at a time.
  private var known = KeyIndex()
  /// By gate, the jobs that it waits for.
  private(set) var members: [[Int]]
  private(set) var places: [Place] = []
  private let exports: [PlannedExport]
  private let exportNames: [String: Int]
  private let gateNames: [String: Int]
  private var apps: ByteTable
  /// Texts of dataset, export and format, and what each means.
  private var sortTexts = ByteTable()
  private var sorts: [(index: Int, export: Int, dataset: String)] = []
  /// Texts of lists of gates, and what each means.
  private var listTexts = ByteTable()
  private var lists: [(gates: [Int], index: Int, isSorted: Bool)] = []
  private var labelTexts = ByteTable()
  /// By sort and label.
  private var cells: [UInt64: Int] = [:]

  init(apps: [PlannedApp], exports: [PlannedExport], gates: [String]) {
    self.exports = exports
    self.apps = ByteTable(apps.lazy.map { LineScanner.encode($0.name) })
    exportNames = Dictionary(zip(exports.map(\.name), exports.indices), uniquingKeysWith: { first, _ in first })
    gateNames = Dictionary(zip(gates, gates.indices), uniquingKeysWith: { first, _ in first })
    members = [[Int]](repeating: [], count: gates.count)
  }

  /// Takes one line without its comma.
  /// - Returns: false when it is not a job as `JobLines` writes it, or names what the plan does not have.
  mutating func take(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    var scanner = LineScanner(line)
    guard scanner.skip("{") else { return false }
    var after = 0
    if scanner.skip(#""after":["#) {
      guard let list = list(&scanner) else { return false }
      after = lists[list].index
    }
    guard scanner.skip(#""app":""#), let name = scanner.text(), let app = apps.find(name), scanner.skip(",") else {
      return false
    }
    if scanner.skip(#""before":["#) {
      guard let list = list(&scanner), lists[list].isSorted else { return false }
      for gate in lists[list].gates { members[gate].append(jobs.count) }
    }
    guard let sort = sort(&scanner), scanner.skip(#","key":""#), let digits = scanner.text(),
      let digest = Digest(hex: digits), !digits.contains(where: Self.isCapital), scanner.skip(#","window":""#),
      let label = scanner.text(), scanner.skip("}"),
      scanner.isAtEnd, let cell = cell(sort, label)
    else { return false }
    let key = JobKey(digest)
    guard known.find(key, orAddIn: jobs.keys) == nil else { return false }
    jobs.append(key, app: app, sort: sorts[sort].index, cell: cell, after: after)
    return true
  }

  /// Gives every job its window.
  /// - Parameter others: takes the windows that no job has.
  /// - Returns: the label of a window that is not there.
  mutating func resolve(_ windows: [PlannedWindow], others: inout [PlannedWindow]) -> String? {
    struct Name: Hashable {
      var export: Int
      var label: String
    }
    let known = Dictionary(
      windows.map { (Name(export: $0.export, label: $0.label), $0) }, uniquingKeysWith: { first, _ in first })
    var cells: [JobTable.Cell] = []
    for place in places {
      guard let window = known[Name(export: place.export, label: place.label)] else { return place.label }
      cells.append(JobTable.Cell(window: window.window, label: window.label, sent: window.sends[place.dataset]))
    }
    jobs.replaceCells(cells)
    let used = Set(places.map { Name(export: $0.export, label: $0.label) })
    others = windows.filter { !used.contains(Name(export: $0.export, label: $0.label)) }
    return nil
  }

  // MARK: Parts

  private static func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte) }

  /// The names of gates up to the bracket, and the comma behind it.
  private mutating func list(_ scanner: inout LineScanner) -> Int? {
    guard let text = scanner.run(to: UInt8(ascii: "]")), scanner.skip(",") else { return nil }
    let index = listTexts.index(of: text)
    if index < lists.count { return index }
    let array = [UInt8(ascii: "[")] + text + [UInt8(ascii: "]")]
    let names = try? JSONValue(parsing: array)
    let gates = names?.array?.compactMap { $0.string.flatMap { gateNames[$0] } } ?? []
    guard !gates.isEmpty, gates.count == names?.array?.count, names?.canonicalBytes == array else { return nil }
    lists.append((gates, jobs.intern(gates), zip(gates, gates.dropFirst()).allSatisfy { $0 < $1 }))
    return index
  }

  private mutating func sort(_ scanner: inout LineScanner) -> Int? {
    let start = scanner.at
    guard scanner.skip(#""dataset":""#), let dataset = scanner.text(), scanner.skip(#","export":""#),
      let export = scanner.text(), scanner.skip(#","format":""#), let format = scanner.text()
    else { return nil }
    let index = sortTexts.index(of: scanner.piece(from: start, to: scanner.at))
    if index < sorts.count { return index }
    guard let dataset = LineScanner.decodeCanonical(dataset), let name = LineScanner.decodeCanonical(export),
      let format = LineScanner.decodeCanonical(format), let export = exportNames[name],
      let kind = exports[export].datasets[dataset]
    else { return nil }
    let sort = jobs.intern(JobTable.Sort(export: export, dataset: dataset, format: format, kind: kind))
    sorts.append((sort, export, dataset))
    return index
  }

  private mutating func cell(_ sort: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let name = UInt64(sort) << 32 | UInt64(labelTexts.index(of: text))
    if let known = cells[name] { return known }
    guard let label = LineScanner.decodeCanonical(text) else { return nil }
    cells[name] = places.count
    places.append(Place(export: sorts[sort].export, dataset: sorts[sort].dataset, label: label))
    return places.count - 1
  }
}
