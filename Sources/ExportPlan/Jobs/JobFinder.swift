// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Finds the jobs of a plan by their keys. Those that come in the plan's order are found without looking further, and a
/// table of the others is made when the first of them comes.
public struct JobFinder: Sendable {
  private let keys: [JobKey]
  private var index: KeyIndex?
  /// The job after the one that was found last.
  private var next = 0

  init(_ keys: [JobKey]) { self.keys = keys }

  /// The job's place in the plan; `nil` when the plan does not have it.
  public mutating func find(_ key: JobKey) -> Int? {
    if next < keys.count, keys[next] == key {
      next += 1
      return next - 1
    }
    if index == nil { index = KeyIndex(keys) }
    guard let found = index?.find(key, in: keys) else { return nil }
    next = found + 1
    return found
  }
}
