// SPDX-License-Identifier: Apache-2.0
import struct Crypto.SHA256
import ExportCore
import Foundation

/// The folder of one job's files, and the rules of writing there: nothing half-written under a final name, a good
/// result is not touched before the next one is proved.
struct JobFolder {
  static let manifestName = "MANIFEST.json"
  private static let temporaryPrefix = ".outhaul-"

  /// Below the root: `EXPORT/APP/DATASET/FORMAT/LABEL`.
  let relative: String
  private let root: URL
  private let url: URL

  init(root: URL, _ delivery: Delivery) {
    let steps = [delivery.export, delivery.app, delivery.dataset, delivery.format, delivery.label].map(Self.safe)
    self.root = root
    relative = steps.joined(separator: "/")
    url = root.appendingPathComponent(relative, isDirectory: true)
  }

  /// One step of a path: no separators, nothing hidden, never empty, never `..`.
  static func safe(_ text: String) -> String {
    let kept = text.map { $0.isLetter || $0.isNumber || "-_.+@ ".contains($0) ? $0 : "_" }
    let name = String(String(kept).drop { $0 == "." || $0 == " " })
    return name.isEmpty ? "_" : String(name.prefix(120))
  }

  func partName(_ index: Int, format: String) -> String {
    let number = String(index)
    return "part-" + String(repeating: "0", count: max(0, 5 - number.count)) + number + "." + Self.safe(format)
  }

  // MARK: What is there

  /// The result of the same task, when it was brought here whole before.
  func kept(of task: FinishedTask) throws -> Verification? {
    guard let data = try? Data(contentsOf: url.appendingPathComponent(Self.manifestName)),
      let json = try? JSONValue(parsing: data), json["task"]?.string == task.id, let parts = json["parts"]?.array
    else { return nil }
    var artifacts: [Artifact] = []
    for part in parts {
      guard var artifact = Artifact(part), let digest = artifact.sha256, try digestOfFile(artifact.name) == digest
      else {
        return nil
      }
      artifact.name = "\(relative)/\(artifact.name)"
      artifacts.append(artifact)
    }
    return artifacts.isEmpty ? nil : Verification(.verified, artifacts: artifacts)
  }

  private func digestOfFile(_ name: String) throws -> Digest? {
    guard Self.safe(name) == name, let file = try? FileHandle(forReadingFrom: url.appendingPathComponent(name)) else {
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
    let manifest = try TemporaryFile(url.appendingPathComponent(Self.temporaryPrefix + Self.manifestName))
    try manifest.write(Self.manifest(artifacts, of: task, delivery))
    try manifest.close()
    for name in artifacts.map(\.name) + [Self.manifestName] {
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

  private static func manifest(_ artifacts: [Artifact], of task: FinishedTask, _ delivery: Delivery) -> [UInt8] {
    let parts = artifacts.map(\.json)
    let json: JSONValue = [
      "app": .string(delivery.app), "dataset": .string(delivery.dataset), "export": .string(delivery.export),
      "format": .string(delivery.format), "key": .string(delivery.key.hex), "manifest": 1, "parts": .array(parts),
      "task": .string(task.id), "window": .string(delivery.label),
    ]
    return json.canonicalBytes + [0x0A]
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
