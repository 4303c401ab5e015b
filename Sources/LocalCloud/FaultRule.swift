// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A fault on demand: `OPERATION:FAULT[:PROBABILITY%][:xCOUNT]`, such as `submit:lost-answer:20%` or `poll:503:x2`.
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
  }

  public var operation: Operation
  public var fault: Fault
  /// 0 to 1.
  public var probability: Double
  /// `nil`: without end.
  public var count: Int?

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
    for part in parts {
      if part.hasSuffix("%"), let percent = Double(part.dropLast()), (0...100).contains(percent) {
        probability = percent / 100
      } else if part.hasPrefix("x"), let count = Int(part.dropFirst()), count > 0 {
        self.count = count
      } else {
        throw FaultRuleError(description: "'\(part)' is neither a percentage such as 5% nor a count such as x2")
      }
    }
  }
}

public struct FaultRuleError: Error, CustomStringConvertible {
  public var description: String
}

/// Draws faults, by chance from the seed and by count.
final class Faults: Sendable {
  private let state: Mutex<(rules: [FaultRule], random: CloudRandom)>

  init(_ rules: [FaultRule], seed: UInt64) { state = Mutex((rules, CloudRandom(seed, 77))) }

  func replace(_ rules: [FaultRule]) { state.withLock { $0.rules = rules } }

  /// The fault that strikes now, when one does.
  func draw(_ operation: FaultRule.Operation, among wanted: Set<FaultRule.Fault>? = nil) -> FaultRule.Fault? {
    state.withLock { state in
      for index in state.rules.indices {
        let rule = state.rules[index]
        guard rule.operation == operation, rule.count != 0, wanted?.contains(rule.fault) ?? true,
          state.random.unit() < rule.probability
        else { continue }
        if let count = rule.count { state.rules[index].count = count - 1 }
        return rule.fault
      }
      return nil
    }
  }
}
