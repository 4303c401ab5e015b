// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Looks at the bytes of one file as stores do, without any store.
public enum Verifier {
  /// - Parameter pieceSize: how many bytes come at once.
  /// - Throws: `StoreError.artifact` when the file is not good.
  public static func artifact(
    _ bytes: [UInt8], named name: String = "file", expecting expectation: Expectation, pieceSize: Int = 64 << 10
  ) throws -> Artifact {
    do {
      var check = try ContentCheck(FetchedFile(name: name), expectation, twins: TwinWatch(expectation.unique))
      var place = 0
      while place < bytes.count {
        let end = min(place + max(1, pieceSize), bytes.count)
        try check.take(Array(bytes[place..<end]))
        place = end
      }
      return try check.finish(named: name)
    } catch let error as ContentProblem {
      throw StoreError.artifact("'\(name)': \(error.message)")
    }
  }
}
