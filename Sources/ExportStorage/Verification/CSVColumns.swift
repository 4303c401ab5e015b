// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a CSV file's header has, and what is held of each column.
struct CSVColumns {
  let count: Int
  private var times: [(column: Int, name: String, mayBeNull: Bool)] = []
  private var fields: [(column: Int, check: FieldCheck)] = []
  private let twins: TwinWatch?
  /// Of those that tell rows apart; empty: all do.
  private var identity: [Int] = []
  private var isTold = true

  /// - Throws: `ContentProblem` when a column is missing.
  init(_ row: [UInt8], _ ends: [Int], _ requirements: RowRequirements, _ twins: TwinWatch?) throws {
    let names = ends.indices.map { index in
      String(decoding: row[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
    }
    for name in requirements.rule.required where !names.contains(name) {
      throw ContentProblem(message: "the header has no column '\(name)'")
    }
    (count, self.twins) = (names.count, twins)
    let nullable = Set(requirements.rule.fields.filter(\.mayBeNull).map(\.name))
    times = requirements.times.compactMap { name in
      names.firstIndex(of: name).map { ($0, name, nullable.contains(name)) }
    }
    fields = requirements.rule.fields.compactMap { field in
      names.firstIndex(of: field.name).map { ($0, FieldCheck(field)) }
    }
    if case .members(let wanted)? = twins?.uniqueness {
      identity = wanted.compactMap { names.firstIndex(of: $0) }
      isTold = identity.count == wanted.count
    }
  }

  /// - Throws: `ContentProblem`.
  func hold(_ row: UnsafeBufferPointer<UInt8>, _ ends: [Int], _ requirements: RowRequirements, row number: Int64) throws
  {
    func cell(_ column: Int) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: row[(column == 0 ? 0 : ends[column - 1])..<ends[column]])
    }
    for (column, name, mayBeNull) in times {
      let cell = cell(column)
      if !(mayBeNull && cell.isEmpty) { try requirements.check(time: cell, of: name, row: number) }
    }
    for (column, check) in fields { try check.hold(cell: cell(column), row: number) }
    guard let twins, isTold, !identity.contains(where: { cell($0).isEmpty }) else { return }
    var print = RowPrint()
    for column in identity.isEmpty ? Array(0..<count) : identity { print.add(0, cell(column)) }
    guard twins.isKnown(print) else { return }
    var told = "is the same as"
    if case .members(let names) = twins.uniqueness { told = "has the same \(names.joined(separator: ", ")) as" }
    throw ContentProblem(message: "row \(number) \(told) a row before it: rows came twice")
  }
}
