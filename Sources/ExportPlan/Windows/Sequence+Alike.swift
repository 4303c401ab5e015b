// SPDX-License-Identifier: Apache-2.0

extension Sequence {
  /// Elements that look the same, together: groups in the order of their first ones, elements in their own.
  public func alike<Look: Hashable>(by look: (Element) -> Look) -> [[Element]] {
    var groups: [[Element]] = []
    var indexes: [Look: Int] = [:]
    for element in self {
      let key = look(element)
      if let index = indexes[key] {
        groups[index].append(element)
      } else {
        indexes[key] = groups.count
        groups.append([element])
      }
    }
    return groups
  }
}
