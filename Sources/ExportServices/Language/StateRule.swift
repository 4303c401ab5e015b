// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// How a task's state is read.
package struct StateRule: Sendable {
  package enum Class: String, Sendable, CaseIterable {
    /// Made, and not started: the steps of the submit that follow are still to be sent.
    case made
    case queued, running, done
    /// Succeeded, and there was nothing to export.
    case empty
    case failed, cancelled
    /// The service gave up, or took the result away before it was fetched: failed.
    case expired
  }

  /// `nil`: the rules alone tell.
  package var from: Pick?
  package var foldsCase: Bool
  package var words: [String: Class]
  package var reason: Pick?
  /// How far a task is, in the service's own words.
  package var progress: Pick?
  /// Of a failed task: its window can be done only in parts.
  package var tooLarge: Condition?
  /// Before the words; the first that fits.
  package var rules: [(when: Condition, is: Class)] = []

  /// Characters that are kept of a state that nothing names.
  static let wordLength = 100

  /// What an answer says.
  enum Reading: Equatable {
    case told(Class)
    /// A state that nothing names: held, never guessed.
    case unknown(String)
  }

  /// - Parameter isItem: of a list: the answer's head tells of the list, not of the item.
  func reading(of answer: Answer, isItem: Bool = false) -> Reading {
    let rule = rules.first { rule in (!isItem || rule.when.isOfBody) && rule.when.fits(answer) }
    if let rule { return .told(rule.is) }
    guard let from, !isItem || from.isOfBody else { return isItem ? .told(.queued) : .unknown("none") }
    let word = from.text(in: answer)?.trimmed ?? ""
    if let told = words[foldsCase ? word.lowercased() : word] { return .told(told) }
    return .unknown(word.isEmpty ? "none" : word)
  }

  /// A made task counts as queued.
  func phase(_ reading: Reading, of answer: Answer) -> TaskStatus.Phase {
    switch reading {
    case .told(.made), .told(.queued): .queued
    case .told(.running): .running
    case .told(.done), .told(.empty): .succeeded
    case .told(.failed):
      .failed(reason: reason?.text(in: answer) ?? "no reason given", isTooLarge: tooLarge?.fits(answer) ?? false)
    case .told(.expired): .failed(reason: reason?.text(in: answer) ?? "expired at the service")
    case .told(.cancelled): .cancelled
    case .unknown(let word): .unknown(word)
    }
  }

  /// Statuses of HTTP that are states: no refusals of a poll.
  package var statuses: Set<Int> {
    let ruled = rules.filter { $0.when.picks.isEmpty }.flatMap { $0.when.statuses ?? [] }
    return Set(from == .status ? words.keys.compactMap { Int($0) } : []).union(ruled)
  }

  /// Nothing can be told without the body.
  var isOfBody: Bool { (from?.isOfBody ?? true) && rules.allSatisfy(\.when.isOfBody) }
}
