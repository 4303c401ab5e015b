// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `verify:` with its defaults: what the files of a job must be, besides being there whole and readable.
public struct VerifySetting: Sendable, Hashable {
  /// A job with fewer rows than this, over all its files, is not good.
  public var minRows: Int
  /// Every row has the members that the dataset's rows must have.
  public var schema: Bool
  /// Every time lies in the job's window.
  public var insideWindow: Bool
  /// No two rows of a job are the same; `nil`: by the members of which the description says that they tell rows apart.
  public var unique: Bool?

  public init(minRows: Int = 0, schema: Bool = true, insideWindow: Bool = true, unique: Bool? = nil) {
    (self.minRows, self.schema, self.insideWindow, self.unique) = (minRows, schema, insideWindow, unique)
  }

  /// What that comes to for rows that a description tells apart by these members.
  public func uniqueness(_ members: [String]) -> Expectation.Uniqueness {
    if unique == false { return .none }
    return members.isEmpty ? (unique == true ? .whole : .none) : .members(members)
  }
}
