// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What is known of a run when it begins.
public struct RunHeader: Sendable, Equatable {
  /// Sorts by time: `20261124T130501Z-3f9c`.
  public var id: String
  public var started: Instant
  public var plan: Digest
  public var name: String
  /// Per job of the plan.
  public var dues: [Due]

  public init(id: String, started: Instant, plan: Digest, name: String, dues: [Due]) {
    (self.id, self.started, self.plan, self.name, self.dues) = (id, started, plan, name, dues)
  }

  /// A name for a run that begins now: the time, and four digits against two runs in one second.
  public static func newID(at now: Instant, using random: inout some RandomNumberGenerator) -> String {
    let time = Instant(seconds: now.seconds).description.filter { $0 != "-" && $0 != ":" }
    let suffix = String(UInt16.random(in: .min ... .max, using: &random), radix: 16)
    return "\(time)-\(String(repeating: "0", count: 4 - suffix.count))\(suffix)"
  }
}

extension [Due] {
  /// How many jobs each reason holds for. Neighbours are counted together.
  public var counts: [Due: Int] {
    var counts: [Due: Int] = [:]
    for (due, count) in runs { counts[due, default: 0] += count }
    return counts
  }

  /// Neighbours that are equal, and how many.
  var runs: [(due: Due, count: Int)] {
    var runs: [(due: Due, count: Int)] = []
    var index = 0
    while index < count {
      var end = index + 1
      while end < count, self[end] == self[index] { end += 1 }
      runs.append((self[index], end - index))
      index = end
    }
    return runs
  }
}

/// Reasons as the state file keeps them: a letter each, and after it how many follow each other when it is more than one.
/// A million jobs that are all done take eight bytes. Earlier files have letters only, which reads the same.
enum DueText {
  static func text(of dues: [Due]) -> String {
    dues.runs.reduce(into: "") { text, run in
      text.append(run.due.letter)
      if run.count > 1 { text += String(run.count) }
    }
  }

  /// More than any plan has; a file that says so is broken.
  private static let most = 1 << 26

  /// A letter that nobody knows ends it.
  static func dues(of text: String) -> [Due] {
    var dues: [Due] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst(), let due = Due(code: Int64(byte)) {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      let count = digits.isEmpty ? 1 : Int(String(decoding: digits, as: UTF8.self)) ?? 0
      guard count <= most - dues.count else { break }
      dues.append(contentsOf: repeatElement(due, count: count))
    }
    return dues
  }
}
