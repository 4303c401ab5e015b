// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a file, and where.
struct ImportProblem: Error, Hashable {
  enum Reason: Hashable {
    case noBytes
    case unreadable
    case compressed
    case ends(expected: String)
    case unexpected(found: String, expected: String)
    case number(String)
    case escape
    case control
    case encoding
    case tooDeep(Int)
    case tooLong(Int)
    case notRows(found: String)
    case noDataset(candidates: [CloudDataset])
    case noRows
    case missing(String)
    case wrongType(String, expected: String)
    case time(String, text: String)
    case noTime(String)
    case campaignKind(String)
    case twice(String)
    case cells(found: Int, expected: Int)
    case quote
    case otherDataset(found: CloudDataset, expected: CloudDataset)
    case partMissing(String)
    case partOutside(String)
    case apps(String)
    case noApp
    case dataOfOthers(String)
    case brokenSnapshot(String)
  }

  var reason: Reason
  var line: Int?
  /// From 1.
  var row: Int?

  init(_ reason: Reason, line: Int? = nil, row: Int? = nil) { (self.reason, self.line, self.row) = (reason, line, row) }
}
