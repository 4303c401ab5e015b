// SPDX-License-Identifier: Apache-2.0
import struct Crypto.SHA256
import ExportCore
import Foundation

/// A file that is whole, under its temporary name, and what it will be.
struct PlacedPart {
  let temporary: String
  let artifact: Artifact
}

/// The folder of one job's files, and the rules of writing there: nothing half-written under a final name, a good
/// result is not touched before the next one is proved.
struct JobFolder {
  static let temporaryPrefix = ".outhaul-"

  /// Below the root: `EXPORT/APP/DATASET/FORMAT/LABEL`.
  let relative: String
  private let root: URL
  private let url: URL
  private let file: @Sendable (Int) -> String

  init(root: URL, _ delivery: Delivery, task: String, names: NameTemplate = .usual) {
    self.root = root
    relative = names.folder { delivery.value(of: $0, task: task) }
    url = root.appendingPathComponent(relative, isDirectory: true)
    file = { part in names.file { delivery.value(of: $0, task: task, part: part) } }
  }

  /// Of a part that is not compressed.
  func name(_ part: Int) -> String { file(part) }

  // MARK: What is there

  /// The result of the same task, when it was brought here whole before.
  func kept(of task: FinishedTask) throws -> Verification? {
    guard let parts = manifest().flatMap({ ResultManifest.parts($0, of: task) }) else { return nil }
    var artifacts: [Artifact] = []
    for artifact in parts {
      guard let digest = artifact.sha256, try digestOfFile(artifact.name) == digest else { return nil }
      artifacts.append(artifact.placed(in: relative))
    }
    return Verification(.verified, artifacts: artifacts)
  }

  private func manifest() -> [UInt8]? {
    (try? Data(contentsOf: url.appendingPathComponent(ResultManifest.name))).map { [UInt8]($0) }
  }

  private func digestOfFile(_ name: String) throws -> Digest? {
    guard PathStep.isOne(name), let file = try? FileHandle(forReadingFrom: url.appendingPathComponent(name))
    else {
      return nil
    }
    defer { try? file.close() }
    var hash = SHA256()
    while let chunk = try? file.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(data: chunk) }
    return Digest(bytes: Array(hash.finalize()))
  }

  // MARK: Writing

  func prepare() throws {
    try Self.onDisk("make the folder \(url.path)") {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
  }

  func temporary(_ part: Int) throws -> TemporaryFile {
    try TemporaryFile(url.appendingPathComponent(Self.temporaryPrefix + name(part)))
  }

  /// What is there of a blob that was being downloaded, or a new file.
  /// - Throws: `StoreError.again` when the blob was replaced since: what is there is taken away.
  func download(_ part: Int, of blob: ListedBlob) throws -> Download {
    try Download(folder: url, name: Self.temporaryPrefix + name(part), of: blob)
  }

  /// Gives the parts their names, the manifest last, and removes what belonged to an earlier result.
  func publish(_ parts: [PlacedPart], of task: FinishedTask, _ delivery: Delivery) throws {
    let earlier = manifest().map { ResultManifest.names($0) } ?? []
    let manifest = try TemporaryFile(url.appendingPathComponent(Self.temporaryPrefix + ResultManifest.name))
    try manifest.write(ResultManifest.bytes(parts.map(\.artifact), of: task, delivery))
    try manifest.close()
    for part in parts { try rename(part.temporary, to: part.artifact.name) }
    try rename(Self.temporaryPrefix + ResultManifest.name, to: ResultManifest.name)
    let current = Set(parts.map(\.artifact.name))
    for name in present where !current.contains(name) && (earlier.contains(name) || isPart(name)) {
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
    try syncFolders()
  }

  private var present: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] }

  /// Whether it is the name of some part, of this job or of an earlier task of it that is not known any more.
  private func isPart(_ name: String) -> Bool {
    let digits = name.split(whereSeparator: { !("0"..."9").contains($0) })
    return digits.contains { digits in
      guard let part = Int(digits), digits.count >= 5 else { return false }
      return name == file(part) || name == file(part) + ".gz"
    }
  }

  /// Names are on the disk as well, up to the root, before anybody hears that the result is there.
  private func syncFolders() throws {
    var folder = url.standardizedFileURL
    let top = root.standardizedFileURL.path
    while folder.path.hasPrefix(top) {
      let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { throw StoreError.disk(Self.reason("open the folder \(folder.path)")) }
      defer { Foundation.close(descriptor) }
      guard fsync(descriptor) == 0 else { throw StoreError.disk(Self.reason("write the folder \(folder.path)")) }
      folder = folder.deletingLastPathComponent().standardizedFileURL
    }
  }

  /// Removes what is not finished.
  /// - Parameter keepingDownloads: those that can be gone on with stay.
  func sweep(keepingDownloads: Bool = false) {
    let names = present.filter { $0.hasPrefix(Self.temporaryPrefix) }
    let noted = Set(names)
    for name in names {
      let isDownload = name.hasSuffix(Download.noteSuffix) || noted.contains(name + Download.noteSuffix)
      if keepingDownloads, isDownload { continue }
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
  }

  private func rename(_ old: String, to new: String) throws {
    let (from, to) = (url.appendingPathComponent(old).path, url.appendingPathComponent(new).path)
    guard Foundation.rename(from, to) == 0 else { throw StoreError.disk(Self.reason("name \(to)")) }
  }

  static func onDisk<Value>(_ what: String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch {
      throw StoreError.disk("cannot \(what): \((error as NSError).localizedDescription)")
    }
  }

  static func reason(_ what: String) -> String { "cannot \(what): \(String(cString: strerror(errno)))" }
}
