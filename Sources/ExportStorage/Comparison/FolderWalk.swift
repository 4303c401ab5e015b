// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Every file below a folder, links followed, none twice.
struct FolderWalk {
  /// Below the root, sorted.
  private(set) var files: [String] = []
  private var seen: Set<FileID> = []

  private struct FileID: Hashable {
    var device: UInt64
    var file: UInt64
  }

  /// - Throws: `StoreError` for a folder that cannot be read.
  init(_ root: URL) throws {
    try walk(root.path, below: "")
    files.sort()
  }

  private mutating func walk(_ folder: String, below path: String) throws {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw StoreError.refused("cannot read the folder \(folder): \((error as NSError).localizedDescription)")
    }
    for name in names {
      var facts = stat()
      // A link that leads nowhere is no file.
      guard stat("\(folder)/\(name)", &facts) == 0 else { continue }
      let place = path.isEmpty ? name : "\(path)/\(name)"
      guard facts.st_mode & S_IFMT == S_IFDIR else {
        files.append(place)
        continue
      }
      let id = FileID(device: UInt64(facts.st_dev), file: UInt64(facts.st_ino))
      if seen.insert(id).inserted { try walk("\(folder)/\(name)", below: place) }
    }
  }
}
