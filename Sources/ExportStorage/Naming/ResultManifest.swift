// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `MANIFEST.json` beside a job's files, written last: what they are, and of which task. No parts: the service had
/// nothing to export.
enum ResultManifest {
  static let name = "MANIFEST.json"

  /// - Parameter artifacts: with their names beside the manifest.
  static func bytes(_ artifacts: [Artifact], of task: FinishedTask, _ delivery: Delivery) -> [UInt8] {
    let parts = artifacts.map(\.json)
    let json: JSONValue = [
      "app": .string(delivery.app), "dataset": .string(delivery.dataset), "export": .string(delivery.export),
      "format": .string(delivery.format), "key": .string(delivery.key.hex), "manifest": 1, "parts": .array(parts),
      "task": .string(task.id), "window": .string(delivery.label),
    ]
    return json.canonicalBytes + [0x0A]
  }

  /// The parts, when it is the manifest of that task.
  static func parts(_ bytes: [UInt8], of task: FinishedTask) -> [Artifact]? {
    guard let json = try? JSONValue(parsing: bytes), json["task"]?.string == task.id, let parts = json["parts"]?.array
    else { return nil }
    let artifacts = parts.compactMap { Artifact($0) }
    return artifacts.count == parts.count ? artifacts : nil
  }

  /// What parts it names, of any task.
  static func names(_ bytes: [UInt8]) -> Set<String> {
    let parts = (try? JSONValue(parsing: bytes))?["parts"]?.array ?? []
    return Set(parts.compactMap { $0["name"]?.string }.filter(PathStep.isOne))
  }
}
