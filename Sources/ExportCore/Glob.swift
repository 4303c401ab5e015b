// SPDX-License-Identifier: Apache-2.0

/// A name with `*` for any run of characters and `?` for one. Letters are compared as they are.
public struct Glob: Sendable, Hashable {
  public let pattern: String
  private let scalars: [Unicode.Scalar]

  public init(_ pattern: String) {
    self.pattern = pattern
    scalars = Array(pattern.unicodeScalars)
  }

  /// Whether the whole name fits. Takes time in proportion to pattern × name at most.
  public func matches(_ name: String) -> Bool {
    let text = Array(name.unicodeScalars)
    var (at, here) = (0, 0)
    // Where to go on when what was read after the last star does not fit.
    var star: (pattern: Int, text: Int)?
    while here < text.count {
      if at < scalars.count, scalars[at] == "*" {
        star = (at, here)
        at += 1
      } else if at < scalars.count, scalars[at] == "?" || scalars[at] == text[here] {
        at += 1
        here += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (at, here) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return scalars[at...].allSatisfy { $0 == "*" }
  }
}
