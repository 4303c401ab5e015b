// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ArtifactStore {
  /// Checks a file on its way to its place, and says what it is. A compressed one has `.gz` behind its name.
  /// - Parameters:
  ///   - read: gives the file's bytes, piece by piece, to what it is given.
  ///   - write: takes each piece once it was looked at, and whether the file is compressed.
  /// - Throws: `StoreError.artifact` when it is not good; what `read` and `write` throw.
  static func bring(
    _ file: FetchedFile, named name: String, _ expectation: Expectation, _ twins: TwinWatch?,
    _ read: (([UInt8]) async throws -> Void) async throws -> Void,
    write: @escaping (_ piece: [UInt8], _ isGzip: Bool) async throws -> Void
  ) async throws -> Artifact {
    try await AzureContainerStore.explained(file.name ?? name) {
      var check = try ContentCheck(file, expectation, twins: twins)
      // The first bytes tell how the file is named.
      var first: [UInt8] = []
      try await read { chunk in
        try check.take(chunk)
        guard check.isTold else { return first += chunk }
        try await write(first.isEmpty ? chunk : first + chunk, check.isGzip)
        first = []
      }
      if !first.isEmpty { try await write(first, false) }
      return try check.finish(named: name + (check.isGzip ? PathStep.gzipEnding : ""))
    }
  }
}

extension Artifact {
  /// With its whole name.
  func placed(in folder: String) -> Artifact {
    var placed = self
    placed.name = "\(folder)/\(name)"
    return placed
  }
}
