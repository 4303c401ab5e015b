// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Jobs whose windows were too large, and the parts that stand for them.
struct Families: Sendable {
  struct Family: Sendable {
    /// In the order of their windows.
    var parts: [Int]
    /// Parts that have not ended.
    var left: Int
    var results: [Int: Verification] = [:]
    /// Of the first part that was not done.
    var failure: Failure?
    /// The attempt that found the whole too large.
    let attempt: Int
  }

  private var families: [Int: Family] = [:]
  /// By part; a job may be a part of several.
  private var parents: [Int: [Int]] = [:]

  var isEmpty: Bool { families.isEmpty }

  /// The job is a part of something already.
  func isPart(_ job: Int) -> Bool { parents[job] != nil }

  subscript(parent: Int) -> Family? { families[parent] }

  mutating func add(_ parts: [Int], to parent: Int, attempt: Int) {
    families[parent] = Family(parts: parts, left: parts.count, attempt: attempt)
    for part in parts { parents[part, default: []].append(parent) }
  }

  /// A part has ended, or was done before.
  /// - Returns: the wholes that it was the last part of.
  mutating func ended(_ part: Int, _ result: Result<Verification, Failure>) -> [(whole: Int, Family)] {
    var complete: [(whole: Int, Family)] = []
    for whole in parents.removeValue(forKey: part) ?? [] {
      guard var family = families.removeValue(forKey: whole) else { continue }
      family.left -= 1
      switch result {
      case .success(let verification): family.results[part] = verification
      case .failure(let failure): family.failure = family.failure ?? failure
      }
      if family.left == 0 { complete.append((whole, family)) } else { families[whole] = family }
    }
    return complete
  }
}

extension Families.Family {
  /// The parts' results as one; `nil` while one of them is missing.
  var joined: Verification? {
    let results = parts.compactMap { self.results[$0] }
    guard results.count == parts.count else { return nil }
    let isRead = results.allSatisfy { $0.level == .verified }
    return Verification(isRead ? .verified : .listed, artifacts: results.flatMap(\.artifacts))
  }
}
