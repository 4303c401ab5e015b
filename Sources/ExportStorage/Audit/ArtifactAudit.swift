// SPDX-License-Identifier: Apache-2.0
import struct Crypto.SHA256
import ExportCore

/// Why a file is no longer what was verified.
public enum ArtifactLoss: Sendable, Equatable {
  case missing
  case resized(recorded: Int64, found: Int64)
  /// Of the same size, with another SHA-256.
  case changed
}

/// Holds artifacts that were verified earlier against what is at their destination now.
public struct ArtifactAudit: Sendable {
  /// Files that are read at once.
  private static let width = 4

  private let store: any ArtifactStore
  private let reads: Bool

  /// What one look has shown.
  public struct Result: Sendable, Equatable {
    /// By the artifact's place.
    public var losses: [Int: ArtifactLoss] = [:]
    /// Whose content was read; of the others name and size are right.
    public var read: Set<Int> = []
  }

  /// - Parameter reads: whether contents are read, where the credential permits it and a SHA-256 is known.
  public init(_ store: any ArtifactStore, reads: Bool) { (self.store, self.reads) = (store, reads) }

  /// - Throws: `StoreError` when the destination cannot be reached or refuses to be looked at.
  public func examine(_ artifacts: [Artifact]) async throws -> Result {
    let sizes = try await store.sizes(of: artifacts.map(\.name))
    var result = Result()
    var readable: [Int] = []
    for (index, artifact) in artifacts.enumerated() {
      switch sizes[artifact.name] {
      case nil: result.losses[index] = .missing
      case artifact.bytes: if reads, store.mayRead, artifact.sha256 != nil { readable.append(index) }
      case let found?: result.losses[index] = .resized(recorded: artifact.bytes, found: found)
      }
    }
    try await withThrowingTaskGroup(of: (Int, ArtifactLoss?).self) { group in
      for (number, index) in readable.enumerated() {
        if number >= Self.width, let (done, loss) = try await group.next() { result.take(done, loss) }
        group.addTask { (index, try await content(of: artifacts[index])) }
      }
      for try await (done, loss) in group { result.take(done, loss) }
    }
    return result
  }

  private func content(of artifact: Artifact) async throws -> ArtifactLoss? {
    do {
      var hash = SHA256()
      try await store.read(artifact) { hash.update(data: $0) }
      return Digest(bytes: Array(hash.finalize())) == artifact.sha256 ? nil : .changed
    } catch StoreError.artifact {
      return .missing
    }
  }
}

extension ArtifactAudit.Result {
  fileprivate mutating func take(_ index: Int, _ loss: ArtifactLoss?) {
    read.insert(index)
    losses[index] = loss
  }
}
