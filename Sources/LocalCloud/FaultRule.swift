// SPDX-License-Identifier: Apache-2.0

/// A fault on demand: `OPERATION:FAULT[:MEASURE][:PROBABILITY%][:xCOUNT]`, such as `submit:lost-answer:20%`,
/// `poll:503:x2`, `submit:too-large:7` or `submit:throttle:10/s`. What there is stands in `FaultTable`.
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
    case cut
    case lostAnswer = "lost-answer"
    case html
    case slow
    case throttle
    case shuffle
    case tooLarge = "too-large"
    case failed
    case vanish
    case unknownState = "unknown-state"
    case expiredSAS = "expired-sas"
    case skew
    case truncated
    case emptyFile = "empty-file"
    case halfGzip = "half-gzip"
    case wrongDataset = "wrong-dataset"
    case outOfWindow = "out-of-window"
    case duplicateRows = "duplicate-rows"
    case replaced
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
  /// Of `slow`: how long an answer waits.
  public var seconds: Double?
  /// Of `skew`.
  public var minutes: Int?

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
    let entry = FaultTable.entry(of: fault)
    guard entry.operations.contains(operation) else {
      let names = entry.operations.map(\.rawValue).joined(separator: ", ")
      throw FaultRuleError(description: "'\(fault.rawValue)' is a fault of \(names), not of \(operation.rawValue)")
    }
    if let measure = entry.measure {
      guard let text = parts.first, take(text, measure) else {
        throw FaultRuleError(
          description:
            "'\(fault.rawValue)' takes \(measure.rawValue), such as \(operation):\(fault.rawValue):\(measure.example)")
      }
      parts.removeFirst()
    }
    try take(chances: parts)
    if fault == .throttle, probability < 1 || count != nil {
      throw FaultRuleError(description: "'throttle' has neither a percentage nor a count")
    }
  }

  private mutating func take(_ text: String, _ measure: FaultTable.Measure) -> Bool {
    switch measure {
    case .days: days = Int(text).flatMap { $0 > 0 ? $0 : nil }
    case .rate: rate = Rate(text)
    case .seconds: seconds = Double(text).flatMap { $0 > 0 && $0 <= 3600 ? $0 : nil }
    case .minutes: minutes = Int(text).flatMap { $0 != 0 && abs($0) <= 100_000 ? $0 : nil }
    }
    return days != nil || rate != nil || seconds != nil || minutes != nil
  }

  private mutating func take(chances parts: [String]) throws {
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

extension FaultRule: CustomStringConvertible {
  /// As it is read.
  public var description: String {
    let measure =
      days.map(String.init) ?? rate.map(\.description) ?? seconds.map { "\($0)" } ?? minutes.map(String.init)
    let chance = probability < 1 ? "\(Self.rounded(probability * 100))%" : nil
    return [operation.rawValue, fault.rawValue, measure, chance, count.map { "x\($0)" }].compactMap { $0 }
      .joined(separator: ":")
  }
}

extension FaultRule {
  /// A percentage as it was written: what binary fractions add to it is far behind its digits.
  private static func rounded(_ percent: Double) -> Double {
    let rounded = (percent * 1e9).rounded() / 1e9
    return rounded > 0 ? rounded : percent
  }
}

extension FaultRule.Rate: CustomStringConvertible {
  public var description: String {
    switch seconds {
    case 3600: "\(count)/h"
    case 60: "\(count)/m"
    default: "\(count)/s"
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
