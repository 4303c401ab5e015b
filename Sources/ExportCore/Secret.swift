// SPDX-License-Identifier: Apache-2.0

/// A text that must not be seen: no description, dump, mirror or interpolation of it shows what it holds.
/// Reading it is one word to search for: `reveal`.
public struct Secret: Sendable, Hashable {
  private let text: String

  public init(_ text: String) { self.text = text }

  /// The text itself, for the request or the signature that needs it and for nothing else.
  public func reveal() -> String { text }

  public var isEmpty: Bool { text.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "<secret>" }
  public var debugDescription: String { "<secret>" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
