// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Results below a folder of this machine: every folder with a `MANIFEST.json`, or with the `manifest.json` that a
/// service wrote.
public struct DirectoryResults: ResultSource {
  private let root: URL
  public let name: String
  public let isRecord = false

  public init(root: URL, name: String) { (self.root, self.name) = (root, name) }

  public func results() async throws -> FoundResults {
    guard let names = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
      throw StoreError.disk("cannot read the folder \(root.path)")
    }
    let base = root.standardizedFileURL.path.count + 1
    var (manifests, others): ([String], Int) = ([], 0)
    for case let url as URL in names {
      let path = String(url.standardizedFileURL.path.dropFirst(base))
      if ResultDocument.isDocument(path) { manifests.append(path) } else if !url.hasDirectoryPath { others += 1 }
    }
    var found = FoundResults([])
    for path in manifests.sorted() {
      guard let data = try? Data(contentsOf: root.appendingPathComponent(path)),
        let result = ResultDocument([UInt8](data), at: path)?.result
      else {
        found.remarks.append("'\(path)' is no manifest of a result")
        continue
      }
      others -= result.parts.count
      found.results.append(result)
    }
    if others > 0 { found.remarks.append("\(Count.words(others, "file")) of no result") }
    return found
  }

  public func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
    try await FileReading.read(root.appendingPathComponent(artifact.name), named: artifact.name, take)
  }
}
