// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A file that is written piece by piece and put in its place when it is whole: who looks meanwhile, and who looks after
/// something went wrong, finds what was there before.
public enum WholeFile {
  /// - Parameter body: calls what it is given with each piece, in order.
  /// - Throws: what `body` throws, or what the system says; `FileProblem` has words for it. No draft is left then.
  public static func write(to url: URL, _ body: (@escaping ([UInt8]) throws -> Void) throws -> Void) throws {
    let folder = url.deletingLastPathComponent()
    // Processes of the same number may write in one folder: those of two containers.
    let draft = folder.appendingPathComponent(".\(url.lastPathComponent).\(UInt64.random(in: 0...(.max)))").path
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw problem }
    do {
      do {
        try body { try write($0, to: descriptor) }
        if let mode = mode(of: url.path), fchmod(descriptor, mode) != 0 { throw problem }
        guard fsync(descriptor) == 0 else { throw problem }
      } catch {
        close(descriptor)
        throw error
      }
      guard close(descriptor) == 0, rename(draft, url.path) == 0 else { throw problem }
    } catch {
      unlink(draft)
      throw error
    }
  }

  /// The rights of the file that is replaced; `nil` when there is none.
  private static func mode(of path: String) -> mode_t? {
    var found = stat()
    return stat(path, &found) == 0 ? found.st_mode & 0o7777 : nil
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw problem }
      rest = rest.dropFirst(count)
    }
  }

  private static var problem: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
