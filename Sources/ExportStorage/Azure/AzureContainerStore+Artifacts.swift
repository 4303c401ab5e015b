// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

// What is there of artifacts that were verified earlier.
extension AzureContainerStore {
  /// One listing of what all the names begin with. Needs the right `l`.
  public func sizes(of names: [String]) async throws -> [String: Int64] {
    guard let first = names.first else { return [:] }
    let wanted = Set(names)
    let prefix = names.reduce(first[...]) {
      $1.starts(with: $0) ? $0 : first.prefix(zip($0, $1).prefix { $0 == $1 }.count)
    }
    let blobs = try await opened().list(prefix: String(prefix))
    return Dictionary(
      blobs.filter { wanted.contains($0.name) }.map { ($0.name, $0.bytes) }, uniquingKeysWith: { $1 })
  }

  /// Needs the right `r`.
  public func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
    try await opened().read(ListedBlob(name: artifact.name, bytes: artifact.bytes)) { try await take($0) }
  }
}
