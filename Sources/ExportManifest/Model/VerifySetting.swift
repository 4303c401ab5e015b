// SPDX-License-Identifier: Apache-2.0

/// `verify:` with its defaults: what the files of a job must be, besides being there whole and readable.
public struct VerifySetting: Sendable, Hashable {
  /// A job with fewer rows than this, over all its files, is not good.
  public var minRows: Int
  /// Every row has the members that the dataset's rows must have.
  public var schema: Bool
  /// Every time lies in the job's window.
  public var insideWindow: Bool

  public init(minRows: Int = 0, schema: Bool = true, insideWindow: Bool = true) {
    (self.minRows, self.schema, self.insideWindow) = (minRows, schema, insideWindow)
  }
}
