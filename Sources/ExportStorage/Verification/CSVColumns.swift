// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a CSV file's header has, and what is held of each column. An object, so that handing it around copies nothing.
final class CSVColumns {
  let count: Int
  /// Those that something is said of.
  private let told: [(column: Int, member: RowMember)]
  private let twins: TwinWatch?
  /// Of those that tell rows apart; empty: all do.
  private let identity: [Int]
  private let isTold: Bool

  /// - Throws: `ContentProblem` when a column is missing.
  init(_ row: [UInt8], _ ends: [Int], _ requirements: RowRequirements, _ twins: TwinWatch?) throws {
    let names = ends.indices.map { index in
      String(decoding: row[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
    }
    for name in requirements.rule.above.map(\.name) + requirements.rule.required where !names.contains(name) {
      throw ContentProblem(message: "the header has no column '\(name)'")
    }
    (count, self.twins) = (names.count, twins)
    told = (RowMembers(above: requirements.rule.above).all + RowMembers(requirements).all).compactMap { member in
      guard member.time != nil || member.field != nil else { return nil }
      return names.firstIndex(of: String(decoding: member.name, as: UTF8.self)).map { ($0, member) }
    }
    let wanted: [String]
    if case .members(let members)? = twins?.uniqueness { wanted = members } else { wanted = [] }
    let found = wanted.compactMap { names.firstIndex(of: $0) }
    (identity, isTold) = (found, found.count == wanted.count)
  }

  /// - Throws: `ContentProblem`.
  func hold(_ row: UnsafeBufferPointer<UInt8>, _ ends: [Int], _ requirements: RowRequirements, row number: Int64) throws
  {
    func cell(_ column: Int) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: row[(column == 0 ? 0 : ends[column - 1])..<ends[column]])
    }
    for (column, member) in told {
      let cell = cell(column)
      if let time = member.time, !(member.mayBeNull && cell.isEmpty) {
        try requirements.check(time: cell, of: time, row: number)
      }
      try member.field?.hold(cell: cell, row: number)
    }
    guard let twins, isTold, !identity.contains(where: { cell($0).isEmpty }) else { return }
    var print = RowPrint()
    for column in identity.isEmpty ? Array(0..<count) : identity { print.add(0, cell(column)) }
    guard twins.isKnown(print) else { return }
    var words = "is the same as"
    if case .members(let names) = twins.uniqueness { words = "has the same \(names.joined(separator: ", ")) as" }
    throw ContentProblem(message: "row \(number) \(words) a row before it: rows came twice")
  }
}
