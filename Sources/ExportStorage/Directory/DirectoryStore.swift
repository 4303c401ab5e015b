// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// A folder of this machine. The service writes to a container first; what is good is downloaded:
/// `ROOT/EXPORT/APP/DATASET/FORMAT/LABEL/part-00000.json`, beside a `MANIFEST.json` that is written last.
public struct DirectoryStore: ArtifactStore {
  private let root: URL
  private let staging: AzureContainerStore

  public init(root: URL, staging: AzureContainerStore) { (self.root, self.staging) = (root, staging) }

  public func address(for delivery: Delivery) async throws -> Secret { try await staging.address(for: delivery) }

  public func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification {
    guard staging.mayRead else {
      throw StoreError.refused("the staging container's SAS does not permit reading, so nothing can be downloaded")
    }
    let place = JobFolder(root: root, delivery)
    if let kept = try place.kept(of: task) { return try expectation.hold(kept) }
    let blobs = try await staging.artifacts(of: task)
    try place.prepare()
    defer { place.sweep() }
    var artifacts: [Artifact] = []
    for (index, blob) in blobs.enumerated() {
      artifacts.append(try await download(blob, to: place, part: index, expectation))
    }
    _ = try expectation.hold(Verification(.verified, artifacts: artifacts))
    // Every part is good: only now do they take their final names.
    try place.publish(artifacts, of: task, delivery)
    return Verification(
      .verified,
      artifacts: artifacts.map { artifact in
        var placed = artifact
        placed.name = "\(place.relative)/\(artifact.name)"
        return placed
      })
  }

  private func download(
    _ blob: ListedBlob, to place: JobFolder, part index: Int, _ expectation: Expectation
  ) async throws -> Artifact {
    let name = place.partName(index, format: expectation.format)
    let container = try staging.opened()
    return try await AzureContainerStore.explained(blob.name) {
      try await container.read(blob.name) { body in
        var check = try ContentCheck(expectation)
        let file = try place.temporary(name)
        do {
          while let chunk = try await body.next() {
            try check.take(chunk)
            try file.write(chunk)
          }
          let artifact = try check.finish(blob, named: name)
          try file.close()
          return artifact
        } catch {
          file.abandon()
          throw error
        }
      }
    }
  }
}
