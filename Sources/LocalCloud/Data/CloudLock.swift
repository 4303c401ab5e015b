// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Keeps others from the data of a cloud for as long as it lives: two that write to one folder would spoil each other's.
public final class CloudLock: Sendable {
  private let descriptor: Int32
  private let isHeld = Mutex(true)

  /// Makes the folder when it is missing.
  /// - Throws: `CloudStartError`; `inUse` names who holds it.
  public init(_ directory: URL) throws {
    try Self.makeFolder(directory)
    let descriptor = open(directory.appendingPathComponent("lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw CloudStartError.unwritable(path: directory.path, reason: String(cString: strerror(errno)))
    }
    self.descriptor = descriptor
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      let holder = Self.holder(descriptor)
      isHeld.withLock { $0 = false }
      close(descriptor)
      guard code == EWOULDBLOCK else {
        throw CloudStartError.unwritable(path: directory.path, reason: String(cString: strerror(code)))
      }
      throw CloudStartError.inUse(path: directory.path, holder: holder)
    }
    let text = Array("\(Self.ownName)\n".utf8)
    ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  deinit { release() }

  /// Lets another take the data; may be called again.
  public func release() {
    isHeld.withLock { isHeld in
      guard isHeld else { return }
      isHeld = false
      ftruncate(descriptor, 0)
      // A process that is just being started has the descriptor until it runs its own program: closing is not enough.
      flock(descriptor, LOCK_UN)
      close(descriptor)
    }
  }

  static func makeFolder(_ directory: URL) throws {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: directory.path, isDirectory: &isFolder), !isFolder.boolValue {
        throw CloudStartError.isFile(path: directory.path)
      }
      throw CloudStartError.unwritable(path: directory.path, reason: "the folder cannot be made")
    }
  }

  // MARK: Who holds it

  /// `process 4711, 'outhaul cloud serve'`, with the words of the command that are no options.
  private static var ownName: String {
    let arguments = ProcessInfo.processInfo.arguments
    let program = arguments.first.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "outhaul"
    let words = [program] + arguments.dropFirst().prefix { !$0.hasPrefix("-") }.prefix(2)
    return "process \(ProcessInfo.processInfo.processIdentifier), '\(words.joined(separator: " "))'"
  }

  /// `nil` when it has not said yet.
  private static func holder(_ descriptor: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return nil }
    return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").first.map(String.init)
  }
}
