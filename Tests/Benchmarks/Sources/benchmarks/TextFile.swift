// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written a line at a time, so that this program stays small whatever it generates.
struct TextFile: ~Copyable {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  init(_ path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
  }

  mutating func line(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.bufferSize { try flush() }
  }

  consuming func close() throws { try flush() }

  private mutating func flush() throws {
    var done = 0
    while done < buffer.count {
      let count = buffer.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done) }
      guard count > 0 else { throw Failure("cannot write: \(String(cString: strerror(errno)))") }
      done += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  deinit { _ = Self.closed(descriptor) }

  private static func closed(_ descriptor: Int32) -> Bool {
    #if canImport(Glibc)
      Glibc.close(descriptor) == 0
    #else
      Darwin.close(descriptor) == 0
    #endif
  }
}
