// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What is being asked of a service.
package enum Verb: String, Sendable, CaseIterable {
  case submit, poll, list, cancel, fetch, tidy
}

/// One row of the refusals: the first that fits an answer says what kind of failure it is. A row that names no status
/// is held against good answers as well: there are services that refuse with status 200.
package struct Refusal: Sendable {
  /// The classes of failures, and what is none.
  package enum Meaning: String, Sendable, CaseIterable {
    case again, busy, login, never, gone, split
    /// There is a task of that name: ours.
    case exists

    /// `nil`: no failure.
    var errorClass: ErrorClass? { ErrorClass(rawValue: rawValue) }
  }

  var when: Condition
  /// Only for these; empty: for all.
  var verbs: Set<Verb>
  var means: Meaning
  /// The answer's word on how long to wait.
  var wait: Pick?

  func fits(_ answer: Answer, _ verb: Verb) -> Bool {
    (verbs.isEmpty || verbs.contains(verb)) && when.fits(answer)
  }
}

/// How a task's state is read.
package struct StateRule: Sendable {
  package enum Class: String, Sendable, CaseIterable {
    case queued, running, done, failed, cancelled
  }

  var from: Pick
  var foldsCase: Bool
  var words: [String: Class]
  var reason: Pick?
  /// Of a failed task: its window can be done only in parts.
  var tooLarge: Condition?

  /// A state that no word names is `unknown`: held, never guessed.
  func phase(of answer: Answer) -> TaskStatus.Phase {
    let word = from.text(in: answer) ?? ""
    switch words[foldsCase ? word.lowercased() : word] {
    case .queued: return .queued
    case .running: return .running
    case .done: return .succeeded
    case .failed:
      return .failed(
        reason: reason?.text(in: answer) ?? "no reason given", isTooLarge: tooLarge?.fits(answer) ?? false)
    case .cancelled: return .cancelled
    case nil: return .unknown(word.isEmpty ? "none" : String(word.prefix(100)))
    }
  }
}

/// A dataset as requests see it.
package struct DatasetRule: Sendable {
  /// `${dataset.NAME}` in the submit request.
  package struct Form: Sendable {
    /// The option that chooses this form; `nil`: whatever is given.
    var option: String?
    var values: [String: String]
    /// Members added to the request's JSON.
    var json: JSONTemplate?
  }

  /// In order; the first that fits is taken.
  var forms: [Form]
  /// Words of people to words of the service, by option.
  var wire: [String: [String: String]]
  /// Options whose value the service is asked for.
  var searches: [String: SearchRule] = [:]
}
