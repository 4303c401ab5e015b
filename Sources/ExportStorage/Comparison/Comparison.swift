// SPDX-License-Identifier: Apache-2.0

/// What holding two sides against each other has shown.
public struct Comparison: Sendable {
  public struct Window: Sendable {
    /// `shop-ios/event/json/2016-01-05`
    public var title: String
    public var verdict: Verdict
  }

  public enum Verdict: Sendable, Equatable {
    /// - Parameter isRecorded: both sides recorded the same files, which were not read.
    case equal(rows: Int64, isRecorded: Bool = false)
    case different(RowDifference)
    case onlyInA
    case onlyInB
    /// Why one of the files cannot be compared.
    case unreadable(String)
  }

  public var a: String
  public var b: String
  /// All that either side has, in the order of their titles.
  public var windows: [Window]
  public var remarks: [String]

  /// Every window is on both sides, with the same rows.
  public var isEqual: Bool { windows.allSatisfy { if case .equal = $0.verdict { true } else { false } } }
  /// A window is only on one side, or has other rows.
  public var differs: Bool {
    windows.contains {
      switch $0.verdict {
      case .equal, .unreadable: false
      case .different, .onlyInA, .onlyInB: true
      }
    }
  }

  /// Equal by what runs recorded when they verified, and not read.
  public var recorded: Int { windows.count { if case .equal(_, true) = $0.verdict { true } else { false } } }

  /// All could be read.
  public var isComplete: Bool { windows.allSatisfy { if case .unreadable = $0.verdict { false } else { true } } }

  /// Of the windows that are equal.
  public var rows: Int64 { windows.reduce(0) { if case .equal(let rows, _) = $1.verdict { $0 + rows } else { $0 } } }
}

/// How the rows of a window differ. A row that comes twice on one side and once on the other is one row too many.
public struct RowDifference: Sendable, Equatable {
  /// Only in A, without those that were changed.
  public var gone: Int64 = 0
  /// Only in B, without those that were changed.
  public var added: Int64 = 0
  /// On both sides with most of what they say the same.
  public var changed: Int64 = 0
  /// As many as were asked for.
  public var examples: [RowChange] = []
  /// There were so many that changed rows were looked for among the first only: the rest counts as gone and added.
  public var isCutOff = false
}

public enum RowChange: Sendable, Equatable {
  /// Canonical JSON.
  case gone(String)
  case added(String)
  /// A row of A, and what B says otherwise: a path such as `events.name`, and both values as JSON, `nil` where it is not there.
  case changed(row: String, [MemberChange])
}

public struct MemberChange: Sendable, Equatable {
  public var path: String
  public var a: String?
  public var b: String?
}
