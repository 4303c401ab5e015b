// SPDX-License-Identifier: Apache-2.0

/// The names that the sections of a manifest give: what is wrong with an entry is told there, and nobody who refers to
/// it is told that it does not exist.
public struct SectionNames: Sendable {
  private var names: [String: [String]] = [:]
  private var unread: Set<String> = []

  public init() {}

  mutating func give(_ names: [String], of section: String) { self.names[section] = names }

  /// The section is missing or cannot be read: that was told, and anything may be in it.
  mutating func miss(_ section: String) { unread.insert(section) }

  /// - Parameter entries: the names of what was read, or came from elsewhere.
  /// - Returns: `nil` when anything may be in the section.
  func known(_ section: String, _ entries: [String]) -> [String]? {
    guard !unread.contains(section) else { return nil }
    guard let given = names[section] else { return entries }
    let known = Set(given)
    return given + entries.filter { !known.contains($0) }
  }
}
