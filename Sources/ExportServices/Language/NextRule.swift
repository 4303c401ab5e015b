// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `next:` How a list goes on.
package enum NextRule: Sendable {
  /// The address of the next page: whole, or to be understood from that of the page before.
  case link(Pick)
  /// A value that the next request must hold.
  case cursor(Pick, into: RequestPart, ends: Set<String>)

  var pick: Pick {
    switch self {
    case .link(let pick), .cursor(let pick, _, _): pick
    }
  }
}

/// A named part of a request: `query.NAME`, `json.NAME` or `form.NAME`.
package enum RequestPart: Sendable, Equatable {
  case query(String), json(String), form(String)

  init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[1].isEmpty else { return nil }
    switch parts[0] {
    case "query": self = .query(parts[1])
    case "json": self = .json(parts[1])
    case "form": self = .form(parts[1])
    default: return nil
    }
  }

  /// The request can hold it.
  func fits(_ template: RequestTemplate) -> Bool {
    switch (self, template.body) {
    case (.query, _), (.form, .form), (.json, .json(.object)): true
    default: false
    }
  }
}

extension FilledRequest {
  /// The same request with another value in one part.
  func with(_ value: JSONValue, in part: RequestPart) -> FilledRequest {
    var request = self
    let text = value.string ?? value.canonicalText
    switch (part, body) {
    case (.query(let name), _): request.query = query.filter { $0.name != name } + [(name, text)]
    case (.json(let name), _): request.merge(.object([name: value]))
    case (.form(let name), .form(let members)?):
      request.body = .form(members.filter { $0.name != name } + [(name, text)])
    case (.form, _): break
    }
    return request
  }
}
