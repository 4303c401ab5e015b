// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Files that are one export: the parts in a folder, or a file that stands alone.
struct ArchiveUnit {
  struct File {
    var url: URL
    /// As it was given, or found below what was given.
    var name: String
    var isCSV: Bool
    /// A manifest named it, and it is not beside that.
    var isOutside = false
  }

  /// Part of what tells an export from another with the same bytes: the folder's own name, or the file's.
  var label: String
  /// None: the service had nothing to export.
  var files: [File]
  var manifest: ArchiveManifest?
  /// What the path says, where nothing better does.
  var hint: CloudDataset?

  var isCSV: Bool { files.first?.isCSV ?? false }
}

/// Finds export files below folders, in the order of their paths.
enum ArchiveSearch {
  /// - Throws: `ImportProblem` with the path that is not there.
  static func units(_ paths: [String]) throws -> [ArchiveUnit] {
    var units: [ArchiveUnit] = []
    for path in paths {
      let url = URL(fileURLWithPath: path)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
        throw ArchivePathError(path: path)
      }
      if isFolder.boolValue { units += try folder(url, name: path) } else { file(url, name: path, into: &units) }
    }
    // An export that was made in both formats is served once.
    let twins = Set(units.filter { !$0.isCSV }.compactMap { $0.manifest?.export })
    return units.filter { unit in !unit.isCSV || !(unit.manifest?.export.map { twins.contains($0) } ?? false) }
  }

  private static func folder(_ url: URL, name: String) throws -> [ArchiveUnit] {
    let manager = FileManager.default
    var units: [ArchiveUnit] = []
    let manifest = ArchiveManifest(in: url)
    let entries = try manager.contentsOfDirectory(atPath: url.path).filter { !$0.hasPrefix(".") }.sorted()
    if let manifest, let parts = manifest.parts {
      let files = parts.map { part in
        ArchiveUnit.File(
          url: url.appendingPathComponent(part), name: "\(name)/\(part)", isCSV: part.hasSuffix(".csv"),
          isOutside: part.contains("/") || part == "..")
      }
      units.append(ArchiveUnit(label: url.lastPathComponent, files: files, manifest: manifest))
    }
    for entry in entries {
      let child = url.appendingPathComponent(entry)
      var isFolder: ObjCBool = false
      guard manager.fileExists(atPath: child.path, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        // A link may lead round in a circle.
        guard (try? manager.destinationOfSymbolicLink(atPath: child.path)) == nil else { continue }
        units += try folder(child, name: "\(name)/\(entry)")
      } else if manifest?.parts == nil, isExport(entry) {
        file(child, name: "\(name)/\(entry)", into: &units)
      }
    }
    return units
  }

  private static func isExport(_ name: String) -> Bool {
    guard !ArchiveManifest.names.contains(name) else { return false }
    return [".json", ".csv", ".ndjson", ".jsonl", ".json.gz", ".csv.gz"].contains { name.lowercased().hasSuffix($0) }
  }

  /// Parts that follow each other in one folder are of one export.
  private static func file(_ url: URL, name: String, into units: inout [ArchiveUnit]) {
    let file = ArchiveUnit.File(url: url, name: name, isCSV: url.path.lowercased().contains(".csv"))
    let folder = url.deletingLastPathComponent()
    let isPart = url.lastPathComponent.hasPrefix("part-")
    if isPart, let last = units.last?.files.last, last.url.deletingLastPathComponent() == folder,
      last.url.lastPathComponent.hasPrefix("part-"), last.isCSV == file.isCSV
    {
      units[units.count - 1].files.append(file)
      return
    }
    let manifest = ArchiveManifest(in: folder)
    units.append(
      ArchiveUnit(
        label: isPart ? folder.lastPathComponent : url.lastPathComponent, files: [file], manifest: manifest,
        hint: hint(url)))
  }

  /// The nearest step of the path that is a dataset's name, or has one among its words.
  private static func hint(_ url: URL) -> CloudDataset? {
    for step in url.pathComponents.reversed().prefix(5) {
      for word in step.split(whereSeparator: { !$0.isLetter }) {
        if let dataset = CloudDataset(word: word) { return dataset }
      }
    }
    return nil
  }
}

/// What was to be imported is not there.
public struct ArchivePathError: Error, CustomStringConvertible {
  public var path: String

  public var description: String { "cannot read '\(path)': there is no such file or folder" }
}
