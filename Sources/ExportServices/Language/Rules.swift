// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What is being asked of a service.
enum Verb: String, Sendable, CaseIterable {
  case submit, poll, list
}

/// A request, ready to be filled in.
struct RequestTemplate: Sendable {
  var method: String
  var path: Template
  var query: [(name: String, value: Template)]
  var json: JSONTemplate?
}

/// One row of the refusals: the first that fits an answer says what kind of failure it is.
struct Refusal: Sendable {
  var statuses: Set<Int>
  /// Only for these; empty: for all.
  var verbs: Set<Verb>
  var means: ErrorClass
  /// The answer's word on how long to wait.
  var wait: Pick?
}

/// How a task's state is read.
struct StateRule: Sendable {
  enum Class: String, Sendable, CaseIterable {
    case queued, running, done, failed, cancelled
  }

  var from: Pick
  var foldsCase: Bool
  var words: [String: Class]
  var reason: Pick?

  /// A state that no word names is `unknown`: held, never guessed.
  func phase(of answer: Answer) -> TaskStatus.Phase {
    let word = from.text(in: answer) ?? ""
    switch words[foldsCase ? word.lowercased() : word] {
    case .queued: return .queued
    case .running: return .running
    case .done: return .succeeded
    case .failed: return .failed(reason: reason?.text(in: answer) ?? "no reason given")
    case .cancelled: return .cancelled
    case nil: return .unknown(word.isEmpty ? "none" : String(word.prefix(100)))
    }
  }
}

/// How a task is found by its mark (class `marked`): a list that holds it.
struct RecoveryRule: Sendable {
  var list: RequestTemplate
  /// The array of items.
  var each: Pick
  /// The address of the next page.
  var next: Pick?
  /// Pointers into an item.
  var mark: String
  var id: String
  var created: String?
}

/// How artifacts are told from other tasks'.
struct ResultRule: Sendable {
  var prefix: Template?
  var manifest: String?
}

/// A dataset as requests see it.
struct DatasetRule: Sendable {
  /// `${dataset.NAME}` in the submit request.
  struct Form: Sendable {
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
