// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension FinishedTask {
  /// What the names of all its blobs begin with.
  var listedPrefix: String {
    if let prefix { return prefix }
    guard let first = names.first else { return "" }
    return (names + optional).reduce(first) { $0.commonPrefix(with: $1) }
  }

  /// Those of a listing that the task made.
  /// - Throws: `StoreError.artifact` when one is missing that must be there.
  func own(_ listed: [ListedBlob]) throws -> [ListedBlob] {
    guard !names.isEmpty else {
      let own = prefix == nil ? listed.filter { $0.name.contains(id) } : listed
      return own.filter { blob in !ignored.contains { $0.matches(blob.name) } }
    }
    for name in names where !listed.contains(where: { $0.name == name }) {
      throw StoreError.artifact("'\(name)' is not there, and the task should have written it")
    }
    let wanted = Set(names + optional + (manifest.map { [$0] } ?? []))
    return listed.filter { wanted.contains($0.name) }
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
