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
    guard let blobs = try await opened().listUnlessGone(prefix: String(prefix)) else { return [:] }
    return Dictionary(
      blobs.filter { wanted.contains($0.name) }.map { ($0.name, $0.bytes) }, uniquingKeysWith: { $1 })
  }

  /// Needs the right `r`.
  public func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
    try await opened().read(ListedBlob(name: artifact.name, bytes: artifact.bytes)) { try await take($0) }
  }
}

extension BlobContainer {
  /// `nil` when there is no such container.
  /// - Throws: `StoreError`.
  func listUnlessGone(prefix: String) async throws -> [ListedBlob]? {
    do { return try await list(prefix: prefix) } catch StoreError.never(let reason)
      where reason.contains("ContainerNotFound")
    {
      return nil
    }
  }
}
