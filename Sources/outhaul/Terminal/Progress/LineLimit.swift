// SPDX-License-Identifier: Apache-2.0

/// Keeps what is said line by line within bounds: after so many lines of a kind, further ones are only counted. A run of
/// 10,000 jobs that all fail has a log that can be read.
struct LineLimit: Sendable {
  enum Answer: Sendable, Equatable {
    case say
    /// It is the last line of its kind.
    case sayLast
    case count
  }

  static let most = 200

  private var said: [ProgressChange.Kind: Int] = [:]

  mutating func ask(_ kind: ProgressChange.Kind) -> Answer {
    let count = said[kind, default: 0] + 1
    said[kind] = count
    return count < Self.most ? .say : count == Self.most ? .sayLast : .count
  }

  /// What is said after the last line of a kind.
  static func remark(_ kind: ProgressChange.Kind) -> String {
    "\(most) lines of '\(kind.rawValue)' were printed: further ones are counted; the report has them all"
  }
}
