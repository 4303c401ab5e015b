// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The service's list of an app's tasks: what tells of many at once, and where lost ones are looked for.
package struct TaskListRule: Sendable {
  package var call: RequestTemplate
  /// The items.
  package var each: Pick
  /// How it goes on; `nil`: it has one page.
  package var next: NextRule?
  /// Pointers into an item.
  package var id: String
  package var created: String?
  /// What follows on a list is older than what stands before it.
  package var isNewestFirst: Bool
  /// Tasks that a page holds; `nil`: tasks are looked at one by one.
  package var page: Int?
}

/// How a task is found whose answer was lost (services.md, section 3.4).
package enum RecoveryRule: Sendable {
  /// We chose its id.
  case named(id: Template)
  /// The same request with the same token makes no second task.
  case token(life: Duration)
  /// An item of the list has our text at the pointer.
  case marked(at: String, text: Template)
  /// There is one task at most, which a call shows, or the list.
  case single(current: CurrentTaskRule?, same: [Sameness])
  /// An item of the list has the same parameters, and was made since.
  case lookalike(same: [Sameness])
  case blind

  var kind: RecoveryClass {
    switch self {
    case .named: .named
    case .token: .token
    case .marked: .marked
    case .single: .single
    case .lookalike: .lookalike
    case .blind: .blind
    }
  }
}

/// `current:` The call that shows the one task there is.
package struct CurrentTaskRule: Sendable {
  package var call: RequestTemplate
  /// Where the answer has the task: null when there is none. `nil`: the whole body.
  package var task: Pick?
  /// Pointers into the task.
  package var id: String
  package var created: String
}

/// A value that a task must show to be taken for ours.
package struct Sameness: Sendable {
  /// Into an item.
  package var pointer: String
  package var value: Template

  /// Both absent, or equal: as values, as texts, or as instants.
  func holds(for item: JSONValue, _ lookup: Template.Lookup) -> Bool {
    let wanted = value.value(lookup).flatMap { $0 == .null ? nil : $0 }
    let found = item.at(pointer: pointer).flatMap { $0 == .null ? nil : $0 }
    guard let wanted, let found else { return wanted == nil && found == nil }
    if wanted == found { return true }
    let (a, b) = (wanted.string ?? wanted.canonicalText, found.string ?? found.canonicalText)
    if a == b { return true }
    guard let a = Instant(a), let b = Instant(b) else { return false }
    return a == b
  }
}

extension Instant {
  /// A time in a service's JSON: a text of RFC 3339, or a number since 1970: of seconds, or of milliseconds when it is
  /// too large for seconds of this age.
  init?(told value: JSONValue) {
    if let text = value.string {
      self.init(text)
    } else if let number = value.int, number > 0 {
      self = number >= 100_000_000_000 ? Instant(milliseconds: number) : Instant(seconds: number)
    } else {
      return nil
    }
  }
}
