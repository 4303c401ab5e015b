// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Looks at a folder that files are to land in. Nothing is left there.
struct FolderExamination {
  /// Less free space is told.
  static let space: Int64 = 1 << 30

  let name: String
  let root: URL

  func checks() -> [Checkup] {
    let place = existing(root.standardizedFileURL)
    let folder = folder(place)
    return folder.verdict == .failed ? [folder] : [folder, space(place.path)]
  }

  /// The folder itself, or the nearest above it that is there.
  private func existing(_ url: URL) -> URL {
    var url = url
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    return url
  }

  private func folder(_ place: URL) -> Checkup {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder), isFolder.boolValue else {
      return failed("'\(place.path)' is no folder", do: "name another folder, or move the file away")
    }
    let probe = place.appendingPathComponent(".outhaul-doctor-\(UUID().uuidString)")
    do {
      try Data().write(to: probe)
      try FileManager.default.removeItem(at: probe)
    } catch {
      return failed(
        "'\(place.path)' cannot be written: \(FileProblem.reason(error))",
        do: "give who runs outhaul the right to write there")
    }
    let isThere = place.path == root.standardizedFileURL.path
    return .ok(.destination, name, "folder", isThere ? "the folder can be written" : "the folder can be made")
  }

  private func space(_ path: String) -> Checkup {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
      return .ok(.destination, name, "space", "the free space is not known")
    }
    let words = free >= Self.space ? "\(free >> 30) GiB free" : "\(free >> 20) MiB free"
    guard free < Self.space else { return .ok(.destination, name, "space", words) }
    return .warning(.destination, name, "space", words, do: "make room: a run that fills the disk ends")
  }

  private func failed(_ message: String, do advice: String) -> Checkup {
    .failed(.destination, name, "folder", message, .refused, do: advice)
  }
}
