// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// A folder of this machine, with a folder for each job: `EXPORT/APP/DATASET/FORMAT/LABEL/part-00000.json` unless a
/// template says otherwise, beside a `MANIFEST.json` that is written last. What is good is brought here from the container
/// that the service wrote to, or from the service itself.
public struct DirectoryStore: ArtifactStore {
  let root: URL
  private let staging: AzureContainerStore?
  private let names: NameTemplate

  /// - Parameter staging: where services write to first; `nil`: all of them keep their files.
  public init(root: URL, staging: AzureContainerStore? = nil, names: NameTemplate = .usual) {
    (self.root, self.staging, self.names) = (root, staging, names)
  }

  /// - Throws: `StoreError`; `.refused` also when what a task writes could not be read afterwards.
  public func address(for delivery: Delivery) async throws -> Secret {
    let staging = try staged()
    guard staging.mayRead else { throw Self.unreadable }
    return try await staging.address(for: delivery)
  }

  /// A download that breaks off is gone on with the next time, byte for byte where it ended, as long as the blob is the
  /// same.
  public func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification {
    let staging = try staged()
    guard staging.mayRead || task.isEmpty else { throw Self.unreadable }
    return try await place(delivery, task, expectation) { place, twins in
      let container = try staging.opened()
      var placed: [PlacedPart] = []
      for blob in try await staging.artifacts(of: task, format: expectation.format) {
        let temporary = try place.download(placed.count, of: blob)
        let artifact = try await Self.trusting(temporary) {
          try await Self.bring(blob.announced, named: place.name(placed.count), expectation, twins) {
            try await temporary.replay($0)
            try await container.read(blob, from: temporary.count, $0)
          } write: { piece, _ in
            try temporary.write(piece)
          }
        }
        try temporary.close()
        placed.append(PlacedPart(temporary: temporary.name, artifact: artifact))
      }
      return placed
    }
  }

  public func collect(
    _ delivery: Delivery, of task: FinishedTask, from source: any ArtifactSource, expecting expectation: Expectation
  ) async throws -> Verification {
    try await place(delivery, task, expectation) { place, twins in
      var placed: [PlacedPart] = []
      try await source.files { file, body in
        let temporary = try place.temporary(placed.count)
        let artifact = try await Self.bring(file, named: place.name(placed.count), expectation, twins) {
          while let chunk = try await body.next() { try await $0(chunk) }
        } write: { piece, _ in
          try temporary.write(piece)
        }
        try temporary.close()
        placed.append(PlacedPart(temporary: temporary.name, artifact: artifact))
      }
      return placed
    }
  }

  /// What a crash of the machine has left may not be what was written: it is brought anew before anybody says that the
  /// service's file is not good.
  private static func trusting<Value>(_ download: Download, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch StoreError.artifact(let reason) where download.count > 0 {
      download.discard()
      throw StoreError.again("\(reason); it is downloaded anew", retryAfter: nil)
    }
  }

  // MARK: Parts

  private static let unreadable = StoreError.refused(
    "the staging container's SAS does not permit reading, so nothing can be downloaded")

  private func staged() throws -> AzureContainerStore {
    guard let staging else { throw StoreError.never("the directory has no 'staging' that a service could write to") }
    return staging
  }

  /// Gives files their final names once every one is good. A result of the same task that is there already is kept.
  private func place(
    _ delivery: Delivery, _ task: FinishedTask, _ expectation: Expectation,
    _ bring: (JobFolder, TwinWatch?) async throws -> [PlacedPart]
  ) async throws -> Verification {
    let place = JobFolder(root: root, delivery, task: task.id, names: names)
    if let kept = try place.kept(of: task) {
      place.sweep()
      return try expectation.hold(kept)
    }
    try place.prepare()
    do {
      let parts = task.isEmpty ? [] : try await bring(place, TwinWatch(expectation.unique))
      guard task.isEmpty || !parts.isEmpty else { throw StoreError.artifact("the task left no file") }
      let artifacts = parts.map(\.artifact)
      _ = try expectation.hold(Verification(.verified, artifacts: artifacts))
      try place.publish(parts, of: task, delivery)
      place.sweep()
      return Verification(.verified, artifacts: artifacts.map { $0.placed(in: place.relative) })
    } catch {
      // What broke off is gone on with; what is not good is not.
      place.sweep(keepingDownloads: Self.isPassing(error))
      throw error
    }
  }

  private static func isPassing(_ error: any Error) -> Bool {
    switch error {
    case StoreError.again, StoreError.refused, is CancellationError: true
    default: false
    }
  }
}
