// SPDX-License-Identifier: Apache-2.0
import struct Crypto.SHA256
import ExportCore
import Foundation

/// The folder of one job's files, and the rules of writing there: nothing half-written under a final name, a good
/// result is not touched before the next one is proved.
struct JobFolder {
  private static let temporaryPrefix = ".outhaul-"

  /// Below the root: `EXPORT/APP/DATASET/FORMAT/LABEL`.
  let relative: String
  private let root: URL
  private let url: URL

  init(root: URL, _ delivery: Delivery) {
    self.root = root
    relative = delivery.path
    url = root.appendingPathComponent(relative, isDirectory: true)
  }

  // MARK: What is there

  /// The result of the same task, when it was brought here whole before.
  func kept(of task: FinishedTask) throws -> Verification? {
    guard let data = try? Data(contentsOf: url.appendingPathComponent(ResultManifest.name)),
      let parts = ResultManifest.parts([UInt8](data), of: task)
    else { return nil }
    var artifacts: [Artifact] = []
    for var artifact in parts {
      guard let digest = artifact.sha256, try digestOfFile(artifact.name) == digest else { return nil }
      artifact.name = "\(relative)/\(artifact.name)"
      artifacts.append(artifact)
    }
    return Verification(.verified, artifacts: artifacts)
  }

  private func digestOfFile(_ name: String) throws -> Digest? {
    guard PathStep.safe(name) == name, let file = try? FileHandle(forReadingFrom: url.appendingPathComponent(name))
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

  func temporary(_ name: String) throws -> TemporaryFile {
    try TemporaryFile(url.appendingPathComponent(Self.temporaryPrefix + name))
  }

  /// Gives the parts their names, the manifest last, and removes what belonged to an earlier result.
  func publish(_ artifacts: [Artifact], of task: FinishedTask, _ delivery: Delivery) throws {
    let manifest = try TemporaryFile(url.appendingPathComponent(Self.temporaryPrefix + ResultManifest.name))
    try manifest.write(ResultManifest.bytes(artifacts, of: task, delivery))
    try manifest.close()
    for name in artifacts.map(\.name) + [ResultManifest.name] {
      try rename(Self.temporaryPrefix + name, to: name)
    }
    let current = Set(artifacts.map(\.name))
    for name in (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    where name.hasPrefix("part-") && !current.contains(name) {
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
    try syncFolders()
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

  /// Removes what a broken download left.
  func sweep() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    where name.hasPrefix(Self.temporaryPrefix) {
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
  }

  private func rename(_ old: String, to new: String) throws {
    let (from, to) = (url.appendingPathComponent(old).path, url.appendingPathComponent(new).path)
    guard Foundation.rename(from, to) == 0 else { throw StoreError.disk(Self.reason("name \(to)")) }
  }

  private static func onDisk(_ what: String, _ body: () throws -> Void) throws {
    do { try body() } catch { throw StoreError.disk("cannot \(what): \((error as NSError).localizedDescription)") }
  }

  static func reason(_ what: String) -> String { "cannot \(what): \(String(cString: strerror(errno)))" }
}

/// A file that is not finished yet. Its bytes are on the disk when `close` returns.
final class TemporaryFile {
  private let url: URL
  private let descriptor: Int32
  private var isOpen = true

  init(_ url: URL) throws {
    self.url = url
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw StoreError.disk(JobFolder.reason("write \(url.path)")) }
  }

  func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw StoreError.disk(JobFolder.reason("write \(url.path)")) }
      rest = rest.dropFirst(count)
    }
  }

  func close() throws {
    guard isOpen else { return }
    isOpen = false
    let isSafe = fsync(descriptor) == 0
    guard Foundation.close(descriptor) == 0, isSafe else {
      throw StoreError.disk(JobFolder.reason("write \(url.path)"))
    }
  }

  /// Takes the file away again.
  func abandon() {
    if isOpen { Foundation.close(descriptor) }
    isOpen = false
    unlink(url.path)
  }

  deinit { if isOpen { Foundation.close(descriptor) } }
}
