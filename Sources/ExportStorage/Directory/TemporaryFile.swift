// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// A file that is not finished yet. Its bytes are on the disk when `close` returns.
final class TemporaryFile {
  let url: URL
  private let descriptor: Int32
  private var isOpen = true

  /// - Parameter goesOn: what is there stays, and is written behind.
  init(_ url: URL, goesOn: Bool = false) throws {
    self.url = url
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_CLOEXEC | (goesOn ? O_APPEND : O_TRUNC), 0o644)
    guard descriptor >= 0 else { throw StoreError.disk(JobFolder.reason("write \(url.path)")) }
  }

  var name: String { url.lastPathComponent }

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

  deinit { if isOpen { Foundation.close(descriptor) } }
}
