// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// The manifest that a task writes last: which parts there are, and what they are.
struct TaskManifest: Sendable {
  private struct Part: Sendable {
    let name: String
    let bytes: Int64?
    let rows: Int64?
    /// Base64.
    let md5: String?
  }

  private let name: String
  private let folder: String
  private let parts: [Part]
  private let task: String?
  private let type: String?
  private let format: String?

  /// - Throws: `StoreError`.
  init(reading blob: ListedBlob, of container: BlobContainer) async throws {
    let bytes = try await container.content(of: blob, limit: 16 << 20)
    guard let manifest = TaskManifest(bytes, named: blob.name) else {
      throw StoreError.artifact("'\(blob.name)' is not a manifest")
    }
    self = manifest
  }

  /// `nil` for what is none.
  init?(_ bytes: [UInt8], named name: String) {
    guard let json = try? JSONValue(parsing: bytes), let parts = json["parts"]?.array else { return nil }
    self.name = name
    folder = name.split(separator: "/").dropLast().joined(separator: "/")
    self.parts = parts.compactMap { part in
      part["name"]?.string.map {
        Part(
          name: $0, bytes: part["bytes"]?.int, rows: part["rows"]?.int, md5: part["md5"]?.string.flatMap(Self.base64))
      }
    }
    (task, type, format) = (json["taskId"]?.string, json["exportType"]?.string, json["exportFormat"]?.string)
  }

  /// The blobs, with what the manifest says of them: their contents are held against that.
  /// - Parameter format: of `Expectation.formats`.
  /// - Throws: `StoreError.artifact` when a part is missing or is something else, or the manifest is another task's.
  func hold(_ blobs: [ListedBlob], of finished: FinishedTask, format wanted: String) throws -> [ListedBlob] {
    try holdTask(finished, wanted)
    var told = blobs
    for part in parts {
      guard let index = told.firstIndex(where: { $0.name == part.name || $0.name == "\(folder)/\(part.name)" }) else {
        throw StoreError.artifact("'\(part.name)' is in the task's manifest and not there")
      }
      let blob = told[index]
      if let bytes = part.bytes, bytes != blob.bytes {
        throw StoreError.artifact("'\(blob.name)' has \(blob.bytes) bytes, and its manifest says \(bytes)")
      }
      if let md5 = part.md5, let listed = blob.md5, md5 != listed {
        throw StoreError.artifact("'\(blob.name)' has another MD5 than its manifest says")
      }
      told[index].md5 = part.md5 ?? blob.md5
      told[index].rows = part.rows
    }
    return told
  }

  private func holdTask(_ finished: FinishedTask, _ wanted: String) throws {
    if let task, task != finished.id {
      throw StoreError.artifact("'\(name)' is the manifest of the task \(task.prefix(60))")
    }
    if let type, let asked = finished.type, type.lowercased() != asked.lowercased() {
      throw StoreError.artifact("'\(name)' says that the files are of \(type.prefix(60)), and the service of \(asked)")
    }
    // `JsonBlob` and `CsvBlob`, or the bare words.
    guard let format, let known = Expectation.formats.last(where: { format.lowercased().hasPrefix($0) }) else { return }
    let isWanted = known == wanted || (known == "json" && wanted == "jsonl")
    guard isWanted else { throw StoreError.artifact("'\(name)' says that the files are \(known), not \(wanted)") }
  }

  /// Sixteen bytes, in Base64 or as hexadecimal digits; `nil` for what is neither.
  private static func base64(_ text: String) -> String? {
    if let data = Data(base64Encoded: text), data.count == 16 { return data.base64EncodedString() }
    let digits = text.compactMap(\.hexDigitValue)
    guard text.count == 32, digits.count == 32 else { return nil }
    return Data(stride(from: 0, to: 32, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }).base64EncodedString()
  }
}
