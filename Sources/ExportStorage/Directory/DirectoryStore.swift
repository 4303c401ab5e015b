// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// A folder of this machine: `ROOT/EXPORT/APP/DATASET/FORMAT/LABEL/part-00000.json`, beside a `MANIFEST.json` that is
/// written last. What is good is brought here from the container that the service wrote to, or from the service itself.
public struct DirectoryStore: ArtifactStore {
  let root: URL
  private let staging: AzureContainerStore?

  /// - Parameter staging: where services write to first; `nil`: all of them keep their files.
  public init(root: URL, staging: AzureContainerStore? = nil) { (self.root, self.staging) = (root, staging) }

  public func address(for delivery: Delivery) async throws -> Secret { try await staged().address(for: delivery) }

  public func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification {
    let staging = try staged()
    guard staging.mayRead || task.isEmpty else {
      throw StoreError.refused("the staging container's SAS does not permit reading, so nothing can be downloaded")
    }
    return try await place(delivery, task, expectation) { place in
      var artifacts: [Artifact] = []
      for blob in try await staging.artifacts(of: task) {
        let name = PathStep.part(artifacts.count, format: expectation.format)
        let artifact = try await staging.opened().read(blob.name) { body in
          try await Self.bring(blob.announced, body, to: place, named: name, expectation)
        }
        artifacts.append(artifact)
      }
      return artifacts
    }
  }

  public func collect(
    _ delivery: Delivery, of task: FinishedTask, from source: any ArtifactSource, expecting expectation: Expectation
  ) async throws -> Verification {
    try await place(delivery, task, expectation) { place in
      var artifacts: [Artifact] = []
      try await source.files { file, body in
        let name = PathStep.part(artifacts.count, format: expectation.format)
        artifacts.append(try await Self.bring(file, body, to: place, named: name, expectation))
      }
      return artifacts
    }
  }

  // MARK: Parts

  private func staged() throws -> AzureContainerStore {
    guard let staging else { throw StoreError.never("the directory has no 'staging' that a service could write to") }
    return staging
  }

  /// Gives files their final names once every one is good. A result of the same task that is there already is kept.
  private func place(
    _ delivery: Delivery, _ task: FinishedTask, _ expectation: Expectation,
    _ bring: (JobFolder) async throws -> [Artifact]
  ) async throws -> Verification {
    let place = JobFolder(root: root, delivery)
    if let kept = try place.kept(of: task) { return try expectation.hold(kept) }
    try place.prepare()
    defer { place.sweep() }
    let artifacts = task.isEmpty ? [] : try await bring(place)
    guard task.isEmpty || !artifacts.isEmpty else { throw StoreError.artifact("the task left no file") }
    _ = try expectation.hold(Verification(.verified, artifacts: artifacts))
    try place.publish(artifacts, of: task, delivery)
    return Verification(.verified, artifacts: artifacts.map { $0.placed(in: place.relative) })
  }

  private static func bring(
    _ file: FetchedFile, _ body: ByteReader, to place: JobFolder, named name: String, _ expectation: Expectation
  ) async throws -> Artifact {
    let temporary = try place.temporary(name)
    do {
      let artifact = try await bring(file, body, named: name, expectation) { try temporary.write($0) }
      try temporary.close()
      return artifact
    } catch {
      temporary.abandon()
      throw error
    }
  }
}
