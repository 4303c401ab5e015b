// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Files of one snapshot in one folder are one export, however they are named.
struct SnapshotParts {
  /// By whoever imports.
  let told: CloudDataset?

  private struct Snapshot: Hashable {
    var folder: String
    var isCSV: Bool
    var dataset: CloudDataset
  }

  /// Files that only a number in their names tells apart.
  private struct Family: Hashable {
    var folder: String
    var isCSV: Bool
    var name: String
  }

  /// Each snapshot stands where its first file stood.
  func gathered(_ units: [ArchiveUnit]) -> [ArchiveUnit] {
    let datasets = units.map { unit in unit.files.first.flatMap { isLoose(unit) ? dataset($0, of: unit) : nil } }
    var families: [Family: CloudDataset] = [:]
    for (unit, dataset) in zip(units, datasets) {
      guard let file = unit.files.first, let dataset, dataset.isSnapshot else { continue }
      families[Self.family(file)] = dataset
    }
    var gathered: [ArchiveUnit] = []
    var places: [Snapshot: Int] = [:]
    for (unit, own) in zip(units, datasets) {
      guard isLoose(unit), let file = unit.files.first,
        let dataset = own ?? families[Self.family(file)] ?? unit.hint, dataset.isSnapshot
      else {
        gathered.append(unit)
        continue
      }
      let snapshot = Snapshot(folder: Self.folder(file), isCSV: file.isCSV, dataset: dataset)
      if let place = places[snapshot] {
        if !gathered[place].files.contains(where: { Self.path($0) == Self.path(file) }) {
          gathered[place].files.append(file)
        }
      } else {
        places[snapshot] = gathered.count
        var first = unit
        first.dataset = dataset
        first.label = unit.label.split(separator: "/").dropLast().joined(separator: "/")
        gathered.append(first)
      }
    }
    return gathered
  }

  /// Whether no manifest names its files.
  private func isLoose(_ unit: ArchiveUnit) -> Bool { unit.manifest?.parts == nil }

  private func dataset(_ file: ArchiveUnit.File, of unit: ArchiveUnit) -> CloudDataset? {
    told ?? unit.manifest?.dataset ?? DatasetGlance(file: file, hint: unit.hint).dataset()
  }

  private static func path(_ file: ArchiveUnit.File) -> String { file.url.standardizedFileURL.path }

  private static func folder(_ file: ArchiveUnit.File) -> String {
    file.url.standardizedFileURL.deletingLastPathComponent().path
  }

  private static func family(_ file: ArchiveUnit.File) -> Family {
    Family(
      folder: folder(file), isCSV: file.isCSV,
      name: String(file.url.lastPathComponent.filter { !$0.isNumber }))
  }
}
