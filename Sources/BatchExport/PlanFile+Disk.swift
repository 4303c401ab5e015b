// SPDX-License-Identifier: Apache-2.0
import ExportPlan
import Foundation

extension PlanFile {
  /// Read from disk at once.
  private static let pieceSize = 1 << 18
  /// A larger file that is no plan is not looked into further.
  private static let explainLimit = 64 << 20

  /// Whether a file is a plan as `save` writes them, told by how it begins. What is no file is not looked into: a pipe
  /// can be read only once.
  public static func isPlan(at path: String) -> Bool {
    guard FileIdentity(path)?.isFile == true, let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let beginning = Array("{\n\"apps\"".utf8)
    return (try? file.read(upToCount: beginning.count)).map { $0.map { Array($0) == beginning } ?? false } ?? false
  }

  /// Reads a plan from a file, piece by piece.
  /// - Throws: `ProjectError`.
  public init(reading path: String) throws {
    do {
      try self.init(from: try FileHandle(forReadingFrom: URL(fileURLWithPath: path)))
    } catch let error as PlanFileError {
      let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
      guard size <= Self.explainLimit else { throw ProjectError.plan(path: path, error) }
      let bytes = try? Project.read(path, shownAs: path).bytes
      throw ProjectError.plan(path: path, bytes.map(error.explained) ?? error)
    } catch {
      throw ProjectError.unreadable(path: path, reason: Project.reason(error))
    }
  }

  private init(from file: FileHandle) throws {
    defer { try? file.close() }
    var reader = PlanReader()
    var buffer = [UInt8](repeating: 0, count: Self.pieceSize)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(file.fileDescriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      guard count > 0 else { break }
      try buffer.withUnsafeBufferPointer { piece in
        try reader.consume(UnsafeBufferPointer(rebasing: piece[..<count]))
      }
    }
    self = try reader.finish()
  }

  /// Writes the plan to a file, piece by piece; the file is there whole or not at all.
  /// - Throws: what the system says; `FileProblem` has words for it.
  public func save(to url: URL) throws {
    let folder = url.deletingLastPathComponent()
    let draft = folder.appendingPathComponent(".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier)")
    do {
      let descriptor = open(draft.path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try write { (piece: UnsafeRawBufferPointer) throws(any Error) in
        try file.write(contentsOf: Data(piece))
      }
      try file.close()
      guard rename(draft.path, url.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch {
      unlink(draft.path)
      throw error
    }
  }
}
