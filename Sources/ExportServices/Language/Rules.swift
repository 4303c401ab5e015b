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

  package var when: Condition
  /// Only for these; empty: for all.
  package var verbs: Set<Verb>
  package var means: Meaning
  /// The answer's word on how long to wait.
  package var wait: Pick?

  package func fits(_ answer: Answer, _ verb: Verb) -> Bool {
    (verbs.isEmpty || verbs.contains(verb)) && when.fits(answer)
  }
}

/// A dataset as requests see it.
package struct DatasetRule: Sendable {
  /// `${dataset.NAME}` in the submit request.
  package struct Form: Sendable {
    /// The option that chooses this form; `nil`: whatever is given.
    package var option: String?
    package var values: [String: String]
    /// Members added to the request's JSON.
    package var json: JSONTemplate?
  }

  /// In order; the first that fits is taken.
  package var forms: [Form]
  /// Words of people to words of the service, by option.
  package var wire: [String: [String: String]]
  /// Options whose value the service is asked for.
  package var searches: [String: SearchRule] = [:]
}
