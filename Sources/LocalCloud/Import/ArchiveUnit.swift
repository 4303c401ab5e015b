// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Files that are one export: the parts in a folder, or a file that stands alone.
struct ArchiveUnit {
  struct File {
    var url: URL
    /// As it was given, or found below what was given.
    var name: String
    var isCSV: Bool { [".csv", ".csv.gz"].contains { url.lastPathComponent.lowercased().hasSuffix($0) } }
    /// A manifest named it, and it is not beside that.
    var isOutside = false
  }

  /// Part of what tells an export from another with the same bytes: its path, from the name of the folder on that was
  /// given, or that holds the file that was given.
  var label: String
  /// None: the service had nothing to export.
  var files: [File]
  var manifest: ArchiveManifest?
  /// Of a snapshot in several files; all are of it.
  var dataset: CloudDataset?

  /// What the path says, where nothing better does: the nearest step that is a dataset's name, or has one among its
  /// words.
  var hint: CloudDataset? {
    for step in label.split(separator: "/").reversed().prefix(5) {
      for word in step.split(whereSeparator: { !$0.isLetter }) {
        if let dataset = CloudDataset(word: word) { return dataset }
      }
    }
    return nil
  }

  var isCSV: Bool { files.first?.isCSV ?? false }
}

/// Finds export files below folders, in the order of their paths.
enum ArchiveSearch {
  /// - Throws: `ArchivePathError`
  static func units(_ paths: [String]) throws -> [ArchiveUnit] {
    var units: [ArchiveUnit] = []
    for path in paths {
      let url = URL(fileURLWithPath: path)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
        throw ArchivePathError(path: path)
      }
      if isFolder.boolValue {
        units += try folder(url, name: path, label: url.standardizedFileURL.lastPathComponent)
      } else {
        let folder = url.standardizedFileURL.deletingLastPathComponent().lastPathComponent
        units.append(file(url, name: path, label: "\(folder)/\(url.lastPathComponent)"))
      }
    }
    guard !units.isEmpty else { throw ArchivePathError(path: paths.joined(separator: "', '"), isEmpty: true) }
    // An export that was made in both formats is served once.
    let twins = Set(units.filter { !$0.isCSV }.compactMap { $0.manifest?.export })
    return units.filter { unit in !unit.isCSV || !(unit.manifest?.export.map { twins.contains($0) } ?? false) }
  }

  private static func folder(_ url: URL, name: String, label: String) throws -> [ArchiveUnit] {
    let manager = FileManager.default
    var units: [ArchiveUnit] = []
    let manifest = ArchiveManifest(in: url)
    let entries = try manager.contentsOfDirectory(atPath: url.path).filter { !$0.hasPrefix(".") }.sorted()
    if let manifest, let parts = manifest.parts {
      let files = parts.map { part in
        ArchiveUnit.File(
          url: url.appendingPathComponent(part), name: "\(name)/\(part)",
          isOutside: part.contains("/") || part == "..")
      }
      units.append(ArchiveUnit(label: label, files: files, manifest: manifest))
    }
    for entry in entries {
      let child = url.appendingPathComponent(entry)
      var isFolder: ObjCBool = false
      guard manager.fileExists(atPath: child.path, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        // A link may lead round in a circle.
        guard (try? manager.destinationOfSymbolicLink(atPath: child.path)) == nil else { continue }
        units += try folder(child, name: "\(name)/\(entry)", label: "\(label)/\(entry)")
      } else if manifest?.parts == nil, isExport(entry) {
        units.append(file(child, name: "\(name)/\(entry)", label: "\(label)/\(entry)"))
      }
    }
    return units
  }

  private static func isExport(_ name: String) -> Bool {
    guard !ArchiveManifest.names.contains(name) else { return false }
    return [".json", ".csv", ".ndjson", ".jsonl", ".json.gz", ".csv.gz"].contains { name.lowercased().hasSuffix($0) }
  }

  private static func file(_ url: URL, name: String, label: String) -> ArchiveUnit {
    ArchiveUnit(
      label: label, files: [ArchiveUnit.File(url: url, name: name)],
      manifest: ArchiveManifest(in: url.deletingLastPathComponent()))
  }
}

/// What was to be imported is not there.
public struct ArchivePathError: Error, CustomStringConvertible {
  public var path: String
  /// It is there, and nothing in it is an export.
  public var isEmpty = false

  public var description: String {
    isEmpty
      ? "'\(path)' has no export files: expected .json, .ndjson, .jsonl or .csv"
      : "cannot read '\(path)': there is no such file or folder"
  }
}
