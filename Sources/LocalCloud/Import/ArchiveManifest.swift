// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// What the manifest beside the parts of an export says: `manifest.json`, as the service writes it last of all, or
/// `MANIFEST.json`, as this program's directories have it.
struct ArchiveManifest {
  static let names = ["MANIFEST.json", "manifest.json"]

  let dataset: CloudDataset?
  let app: String?
  /// Of files; `nil`: it does not say.
  let parts: [String]?
  /// The same for an export that was made in two formats.
  let export: String?
  /// Of its bytes.
  let digest: String

  /// `nil` where there is none, or none that can be read.
  init?(in folder: URL) {
    let file = Self.names.map { folder.appendingPathComponent($0) }.first {
      FileManager.default.fileExists(atPath: $0.path)
    }
    guard let file, let data = try? Data(contentsOf: file),
      let json = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    else { return nil }
    let word = json["dataset"] as? String ?? json["exportType"] as? String
    guard let word, let dataset = CloudDataset(word: word) else { return nil }
    self.dataset = dataset
    app = json["app"] as? String
    digest = Data(SHA256.hash(data: data)).base64EncodedString()
    parts = (json["parts"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    let place = ["export", "app", "dataset", "window"].map { json[$0] as? String }
    export = place.contains(nil) ? nil : place.compactMap { $0 }.joined(separator: "/")
  }
}
