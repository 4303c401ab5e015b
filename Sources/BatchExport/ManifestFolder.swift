// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Foundation

/// The folder of a manifest on the disk, from which files are included.
struct ManifestFolder: IncludeSource {
  /// As it was given; what diagnostics show begins with it.
  private let folder: String
  let manifest: String

  /// - Parameter path: of the manifest.
  init(manifest path: String) {
    folder = path.hasPrefix("/") && !path.dropFirst().contains("/") ? "/" : IncludePath.folder(of: path)
    manifest = path.split(separator: "/").last.map(String.init) ?? path
  }

  func entries(of folder: String) throws(IncludeFailure) -> [IncludeEntry]? {
    let path = shown(folder)
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).map { name in
        let link = Self.type(of: "\(path)/\(name)", followsLinks: false)
        let isLink = link == S_IFLNK
        let kind = isLink ? Self.type(of: "\(path)/\(name)", followsLinks: true) : link
        return IncludeEntry(name: name, isFolder: kind == S_IFDIR, isLink: isLink)
      }
    } catch {
      guard Self.type(of: path, followsLinks: true) == S_IFDIR else { return nil }
      throw IncludeFailure(FileProblem.reason(error))
    }
  }

  func read(_ path: String, limit: Int) throws(IncludeFailure) -> SourceFile {
    let shown = shown(path)
    guard let kind = Self.type(of: shown, followsLinks: true) else { throw IncludeFailure("there is no such file") }
    guard kind == S_IFREG else { throw IncludeFailure("it is no file that can be read") }
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: shown))
      defer { try? handle.close() }
      let data = try handle.read(upToCount: limit + 1) ?? Data()
      guard data.count <= limit else { throw IncludeFailure.tooLarge }
      return SourceFile(name: shown, bytes: Array(data))
    } catch let failure as IncludeFailure {
      throw failure
    } catch {
      throw IncludeFailure(FileProblem.reason(error))
    }
  }

  func identity(of path: String) -> String {
    URL(fileURLWithPath: shown(path)).resolvingSymlinksInPath().path
  }

  /// The path as the program's own folder sees it.
  private func shown(_ path: String) -> String {
    let joined = IncludePath.join(folder, path)
    return joined.isEmpty ? "." : joined
  }

  /// The kind bits of a file's mode; `nil` when there is none.
  private static func type(of path: String, followsLinks: Bool) -> mode_t? {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }
}
