// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Files of this machine, piece by piece.
enum FileReading {
  private static let pieceSize = 1 << 18

  /// - Throws: `StoreError`: `.artifact` when there is no such file, `.refused` when it may not be read; what `take` throws.
  static func read(_ url: URL, named name: String, _ take: ([UInt8]) async throws -> Void) async throws {
    // Without waiting, as for what is a pipe.
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw problem(name) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw StoreError.artifact("'\(name)' is no file")
    }
    var piece = [UInt8](repeating: 0, count: pieceSize)
    while true {
      let count = Foundation.read(descriptor, &piece, pieceSize)
      guard count >= 0 else { throw problem(name) }
      guard count > 0 else { return }
      try await take(Array(piece[..<count]))
    }
  }

  /// How large a file is; `nil` when it is not there.
  /// - Throws: `StoreError` when that cannot be told.
  static func size(of url: URL, named name: String) throws -> Int64? {
    var facts = stat()
    if stat(url.path, &facts) == 0 { return facts.st_mode & S_IFMT == S_IFREG ? Int64(facts.st_size) : nil }
    guard errno == ENOENT || errno == ENOTDIR else { throw problem(name) }
    return nil
  }

  private static func problem(_ name: String) -> StoreError {
    switch errno {
    case ENOENT, ENOTDIR: .artifact("'\(name)' is not there")
    case EACCES, EPERM: .refused("'\(name)' may not be read")
    default: .disk("cannot read '\(name)': \(String(cString: strerror(errno)))")
    }
  }
}
