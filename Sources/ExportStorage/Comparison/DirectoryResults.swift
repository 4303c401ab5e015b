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
    let files = try FolderWalk(root.resolvingSymlinksInPath()).files
    var found = FoundResults([])
    var left = Set(files.filter { !ResultDocument.isDocument($0) })
    for path in files where ResultDocument.isDocument(path) {
      var bytes: [UInt8] = []
      try await FileReading.read(root.appendingPathComponent(path), named: path) { bytes += $0 }
      guard let result = ResultDocument(bytes, at: path)?.result else {
        found.results.append(.broken(Self.folder(of: path), "'\(path)' is no manifest of a result"))
        continue
      }
      left.subtract(result.parts.map(\.name))
      found.results.append(result)
    }
    // What looks like a result and lost its manifest is not passed over.
    let folders = Set(found.results.flatMap(\.parts).map { Self.folder(of: $0.name) })
    let orphans = Set(left.filter(Self.isContent).map(Self.folder)).subtracting(folders)
    for folder in orphans.sorted() where !found.results.contains(where: { $0.dataset == folder }) {
      found.results.append(.broken(folder.isEmpty ? "." : folder, "'\(folder)' has files and no manifest of a result"))
    }
    let others = left.count { !orphans.contains(Self.folder(of: $0)) }
    if others > 0 { found.remarks.append("\(Count.words(others, "file")) of no result") }
    return found
  }

  private static func folder(of path: String) -> String {
    path.split(separator: "/").dropLast().joined(separator: "/")
  }

  private static func isContent(_ path: String) -> Bool {
    let name = path.lowercased().replacing(#/\.gz$/#, with: "")
    return Expectation.formats.contains { name.hasSuffix(".\($0)") }
  }

  public func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
    try await FileReading.read(root.appendingPathComponent(artifact.name), named: artifact.name, take)
  }
}
