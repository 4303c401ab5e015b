// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Goes from page to page of one list.
struct ListPages {
  let rule: NextRule?
  let base: String
  private(set) var request: FilledRequest
  /// Links and cursors that were followed.
  private var followed: Set<String>

  init(_ first: FilledRequest, _ rule: NextRule?, base: String) {
    (self.rule, self.base, request, followed) = (rule, base, first, [first.url])
  }

  /// Makes `request` the next page's.
  /// - Returns: false when the list is at its end.
  /// - Throws: `ServiceError` for a list that goes on elsewhere, or that goes round in a circle.
  mutating func turn(after answer: Answer, requestID: String) throws -> Bool {
    guard let rule, let value = rule.pick.value(in: answer), value != .null else { return false }
    let text = value.string ?? value.canonicalText
    guard !text.isEmpty else { return false }
    switch rule {
    case .cursor(_, let part, let ends):
      guard !ends.contains(text) else { return false }
      try follow(text, requestID)
      request = request.with(value, in: part)
    case .link:
      // A token goes nowhere else.
      guard let next = ServiceAddress.whole(text, base: base, page: request.address) else {
        throw ServiceError(
          .never, "the list goes on at another host than the service's (request \(requestID))", requestID: requestID)
      }
      try follow(next, requestID)
      request = request.following(next)
    }
    return true
  }

  private mutating func follow(_ next: String, _ requestID: String) throws {
    guard followed.insert(next).inserted else {
      throw ServiceError(.again, "the list goes round in a circle (request \(requestID))", requestID: requestID)
    }
  }
}
