// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Remembers what the rows of one job were, over all its files, to find one that comes twice: 64 bits of each. Rows
/// behind the first million are held against those, and not remembered.
final class TwinWatch {
  /// 16 MiB of them.
  static let limit = 1_000_000

  let uniqueness: Expectation.Uniqueness
  private let limit: Int
  private var known: Set<UInt64> = []

  /// `nil`: rows may be alike.
  init?(_ uniqueness: Expectation.Uniqueness, limit: Int = TwinWatch.limit) {
    guard uniqueness != .none else { return nil }
    (self.uniqueness, self.limit) = (uniqueness, limit)
  }

  /// Whether it was there before.
  func isKnown(_ print: RowPrint) -> Bool {
    guard known.count < limit else { return known.contains(print.value) }
    return !known.insert(print.value).inserted
  }
}

/// 64 bits that follow from a row's bytes.
struct RowPrint: Hashable {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// - Parameter kind: what the bytes are, so that `"1"` is not `1`.
  mutating func add(_ kind: UInt8, _ bytes: UnsafeBufferPointer<UInt8>) {
    mix(UInt64(kind) << 56 | UInt64(bytes.count))
    guard let base = bytes.baseAddress else { return }
    let raw = UnsafeRawPointer(base)
    var index = 0
    while index + 8 <= bytes.count {
      mix(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
      index += 8
    }
    var rest: UInt64 = 0
    while index < bytes.count {
      rest = rest << 8 | UInt64(bytes[index])
      index += 1
    }
    mix(rest)
  }

  mutating func add(_ number: UInt64) { mix(number) }

  private mutating func mix(_ word: UInt64) {
    let (high, low) = (value ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    value = (high ^ low) &+ 0x2545_F491_4F6C_DD1D
  }
}

/// Finds rows of JSON that come twice: by some of their members, or the elements of the outermost list as a whole.
struct RowTwins {
  let watch: TwinWatch
  /// Names of the members; empty: the whole counts.
  let members: [String]
  /// How many containers stand around an element.
  private let depth: Int
  private var print = RowPrint()
  /// Of the present row's members, in any order.
  private var sum: UInt64 = 0
  private var told = 0
  private var isInside = false
  /// Rows stand below an element.
  private let areNested: Bool
  /// Of the present row, where the whole counts.
  private var rowPrint: RowPrint?
  /// Rows of the present element.
  private var ofElement: Set<UInt64> = []

  /// `nil` for a document that is no list.
  init?(_ watch: TwinWatch, path: [String]) {
    guard let list = path.firstIndex(of: "*") else { return nil }
    if case .members(let names) = watch.uniqueness { members = names } else { members = [] }
    (self.watch, depth, areNested) = (watch, list + 1, path.count > list + 1)
  }

  private var isWhole: Bool { members.isEmpty }

  // MARK: By members

  mutating func beginRow() {
    (sum, told) = (0, 0)
    if isWhole, areNested { rowPrint = RowPrint() }
  }

  /// What is null tells nothing.
  mutating func identity(_ index: Int, _ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) {
    guard mark != .null else { return }
    var print = RowPrint()
    print.add(mark.rawValue, bytes)
    print.add(UInt64(index))
    sum &+= print.value
    told += 1
  }

  /// A row without one of them is told from none.
  mutating func endRow(_ row: Int64) throws {
    guard !isWhole else { return try endWholeRow(row) }
    guard told == members.count else { return }
    var whole = RowPrint()
    whole.add(sum)
    guard watch.isKnown(whole) else { return }
    throw ContentProblem(
      message: "row \(row) has the same \(members.joined(separator: ", ")) as a row before it: rows came twice")
  }

  // MARK: As a whole

  mutating func begin(_ mark: JSONMark, depth: Int) {
    guard isWhole else { return }
    if depth == self.depth {
      (isInside, print) = (true, RowPrint())
      ofElement.removeAll(keepingCapacity: true)
    }
    see(mark, UnsafeBufferPointer(start: nil, count: 0))
  }

  mutating func see(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) {
    guard isInside else { return }
    print.add(mark.rawValue, bytes)
    rowPrint?.add(mark.rawValue, bytes)
  }

  mutating func scalar(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>, depth: Int, rows: Int64) throws {
    guard isWhole else { return }
    if isInside { return see(mark, bytes) }
    guard depth == self.depth else { return }
    print = RowPrint()
    print.add(mark.rawValue, bytes)
    try look(rows)
  }

  mutating func end(_ mark: JSONMark, depth: Int, rows: Int64) throws {
    guard isInside else { return }
    see(mark, UnsafeBufferPointer(start: nil, count: 0))
    guard depth == self.depth else { return }
    isInside = false
    try look(rows)
  }

  /// Rows below one element are held against each other; what the element says of them is the same for all.
  private mutating func endWholeRow(_ row: Int64) throws {
    guard let rowPrint else { return }
    self.rowPrint = nil
    let isNew =
      ofElement.count < TwinWatch.limit
      ? ofElement.insert(rowPrint.value).inserted : !ofElement.contains(rowPrint.value)
    guard !isNew else { return }
    throw ContentProblem(message: "row \(row) is the same as one before it in its element: rows came twice")
  }

  private func look(_ rows: Int64) throws {
    guard watch.isKnown(print) else { return }
    throw ContentProblem(message: "row \(rows), or what it is a part of, is the same as one before it: rows came twice")
  }
}
