// SPDX-License-Identifier: Apache-2.0

/// A fault on demand: `OPERATION:FAULT[:MEASURE][:PROBABILITY%][:xCOUNT]`, such as `submit:lost-answer:20%`,
/// `poll:503:x2`, `submit:too-large:7` or `submit:throttle:10/s`.
public struct FaultRule: Sendable, Hashable {
  public enum Operation: String, Sendable, CaseIterable {
    case token, submit, poll, list, blob, task
  }

  public enum Fault: String, Sendable, CaseIterable {
    case unauthorized = "401"
    case forbidden = "403"
    case throttled = "429"
    case broken = "500"
    case unavailable = "503"
    /// The connection ends before an answer.
    case cut
    /// The task is made, and the connection ends before the answer.
    case lostAnswer = "lost-answer"
    /// An HTML page in place of JSON.
    case html
    /// Of a task: it ends without success.
    case failed
    /// Of a task: it shows a state that the contract does not name, once.
    case unknownState = "unknown-state"
    /// Of a task: its first file is cut in the middle.
    case truncated
    /// Of a submit: a window of more days than said is refused with 413. Of a task: it fails for that reason.
    case tooLarge = "too-large"
    /// Of a task: it is gone in the middle of its run, 404 from then on.
    case vanish
    /// Of a list: a page shows its tasks in any order, and one of them, or of the page before, once more.
    case shuffle
    /// Of a submit, poll or list: so many at once and in each second, minute or hour; those above get 429 and the
    /// seconds to wait. While such a rule is on, every answer says how many calls are left.
    case throttle
  }

  /// So many in a time.
  public struct Rate: Sendable, Hashable {
    public var count: Int
    public var seconds: Int

    public init(count: Int, seconds: Int) { (self.count, self.seconds) = (count, seconds) }
  }

  public var operation: Operation
  public var fault: Fault
  /// 0 to 1.
  public var probability: Double
  /// `nil`: without end.
  public var count: Int?
  /// Of `too-large`: the longest window that is not.
  public var days: Int?
  /// Of `throttle`.
  public var rate: Rate?

  /// For a command's help.
  public static let help = """
    A fault is OPERATION:FAULT, then :P% for a chance, :xN for the first N times. Operations: \
    \(Operation.allCases.map(\.rawValue).joined(separator: ", ")). Faults: \
    \(Fault.allCases.map(\.rawValue).joined(separator: ", ")). too-large takes days (submit:too-large:7 refuses longer \
    windows, task:too-large:7 lets such tasks fail), throttle a rate (submit:throttle:10/s).
    """

  /// - Throws: `FaultRuleError` with what is wrong.
  public init(_ text: String) throws {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, let operation = Operation(rawValue: parts[0]), let fault = Fault(rawValue: parts[1]) else {
      throw FaultRuleError(
        description:
          "expected OPERATION:FAULT with one of \(Operation.allCases.map(\.rawValue).joined(separator: ", ")) "
          + "and one of \(Fault.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    (self.operation, self.fault, probability) = (operation, fault, 1)
    parts.removeFirst(2)
    if let operations = fault.operations, !operations.contains(operation) {
      let names = operations.map(\.rawValue).joined(separator: ", ")
      throw FaultRuleError(description: "'\(fault.rawValue)' is a fault of \(names), not of \(operation.rawValue)")
    }
    if fault == .tooLarge {
      guard let days = parts.first.flatMap({ Int($0) }), days > 0 else {
        throw FaultRuleError(description: "'too-large' takes the days that are not, such as \(operation):too-large:7")
      }
      self.days = days
      parts.removeFirst()
    }
    if fault == .throttle {
      guard let rate = parts.first.flatMap({ Rate($0) }) else {
        throw FaultRuleError(description: "'throttle' takes a rate, such as \(operation):throttle:10/s")
      }
      self.rate = rate
      parts.removeFirst()
    }
    for part in parts {
      if part.hasSuffix("%"), let percent = Double(part.dropLast()), (0...100).contains(percent) {
        probability = percent / 100
      } else if part.hasPrefix("x"), let count = Int(part.dropFirst()), count > 0 {
        self.count = count
      } else {
        throw FaultRuleError(description: "'\(part)' is neither a percentage such as 5% nor a count such as x2")
      }
    }
    if fault == .throttle, probability < 1 || count != nil {
      throw FaultRuleError(description: "'throttle' has neither a percentage nor a count")
    }
  }
}

extension FaultRule.Fault {
  /// What it can strike; `nil`: what it strikes elsewhere is nothing.
  fileprivate var operations: [FaultRule.Operation]? {
    switch self {
    case .tooLarge: [.submit, .task]
    case .vanish: [.task]
    case .shuffle: [.list]
    case .throttle: [.submit, .poll, .list]
    default: nil
    }
  }
}

extension FaultRule.Rate {
  /// `10/s`, `600/m`, `1200/h`.
  fileprivate init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let units = ["s": 1, "m": 60, "h": 3600]
    guard parts.count == 2, let count = Int(parts[0]), (1...1_000_000).contains(count),
      let seconds = units[String(parts[1])]
    else { return nil }
    self.init(count: count, seconds: seconds)
  }
}

public struct FaultRuleError: Error, CustomStringConvertible {
  public var description: String
}
