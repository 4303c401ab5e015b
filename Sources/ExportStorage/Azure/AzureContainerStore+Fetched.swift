// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

// Files of a service that keeps them, brought to the container: `EXPORT/APP/DATASET/FORMAT/LABEL/TASK/part-00000.csv`.
extension AzureContainerStore {
  /// Writing, and listing what was written.
  public static let rightsOfFetching = "wl"

  /// Every file is brought first, and none stands under its name before all are good; `MANIFEST.json` comes last.
  /// Called again it writes the same names, which are this task's alone.
  public func collect(
    _ delivery: Delivery, of task: FinishedTask, from source: any ArtifactSource, expecting expectation: Expectation
  ) async throws -> Verification {
    let (container, twins) = (try await writable(), TwinWatch(expectation.unique))
    let folder = "\(delivery.path)/\(PathStep.telling(task.id))"
    var uploads: [BlobUpload] = []
    var artifacts: [Artifact] = []
    if !task.isEmpty {
      try await source.files { file, body in
        let name = PathStep.part(artifacts.count, format: expectation.format)
        var upload: BlobUpload?
        let artifact = try await Self.bring(file, named: name, expectation, twins) {
          while let chunk = try await body.next() { try await $0(chunk) }
        } write: { chunk, isGzip in
          let ending = isGzip ? PathStep.gzipEnding : ""
          if upload == nil { upload = BlobUpload("\(folder)/\(name)\(ending)", to: container) }
          try await upload?.take(chunk)
        }
        artifacts.append(artifact)
        var whole = upload ?? BlobUpload("\(folder)/\(name)", to: container)
        try await whole.finish()
        uploads.append(whole)
      }
      guard !artifacts.isEmpty else { throw StoreError.artifact("the task left no file") }
    }
    _ = try expectation.hold(Verification(.verified, artifacts: artifacts))
    for upload in uploads { try await upload.commit() }
    try await container.put("\(folder)/\(ResultManifest.name)", ResultManifest.bytes(artifacts, of: task, delivery))
    return Verification(.verified, artifacts: artifacts.map { $0.placed(in: folder) })
  }

  /// The container, when the credential may write to it.
  private func writable() async throws -> BlobContainer {
    let container = try opened()
    if case .sas(let sas) = container.access,
      let problem = sas.problem(now: clock(), rights: Self.rightsOfFetching, url: url)
    {
      throw StoreError.refused("the given SAS cannot be used: \(problem)")
    }
    try await creation?.run { try await container.create() }
    return container
  }
}
