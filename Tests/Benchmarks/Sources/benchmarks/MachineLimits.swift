// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Measures what the machine does without the program. After all rows: it takes memory, see `Child.run`.
struct MachineLimits {
  let folder: WorkFolder
  let megabytes: Int
  private static let runs = 5

  init(folder: WorkFolder, megabytes: Int) { (self.folder, self.megabytes) = (folder, megabytes) }

  func all() throws -> [Machine.Limit] {
    var limits = [try spawn()]
    let megabytes = Double(megabytes)
    let cached = try median { try write(isForced: false) }
    limits.append(Machine.Limit(name: "write to a file, page cache", value: megabytes / cached, unit: "MB/s"))
    let forced = try median { try write(isForced: true) }
    limits.append(Machine.Limit(name: "write to a file, fsync", value: megabytes / forced, unit: "MB/s"))
    limits.append(Machine.Limit(name: "fsync of 4 KiB", value: try fsyncSeconds() * 1000, unit: "ms"))
    if let digest = try digest() { limits.append(digest) }
    limits.append(Machine.Limit(name: "memory copy", value: megabytes / median { copy() }, unit: "MB/s"))
    folder.remove("limit.bin")
    return limits
  }

  // MARK: One each

  private func spawn() throws -> Machine.Limit {
    let seconds = try median {
      try Child.run(["/bin/sh", "-c", ":"], in: folder.path, errors: "/dev/null").wall
    }
    return Machine.Limit(name: "start of /bin/sh", value: seconds * 1000, unit: "ms")
  }

  /// The digest of the file that was written, by the system's own command, where there is one.
  private func digest() throws -> Machine.Limit? {
    let command = "/usr/bin/sha256sum"
    guard FileManager.default.fileExists(atPath: command) else { return nil }
    let seconds = try median {
      try Child.run([command, folder.path(of: "limit.bin")], in: folder.path, errors: "/dev/null").wall
    }
    return Machine.Limit(name: "sha256sum of a file", value: Double(megabytes) / seconds, unit: "MB/s")
  }

  private func write(isForced: Bool) throws -> Double {
    let piece = [UInt8](repeating: 7, count: 1_000_000)
    return try seconds {
      let descriptor = try opened()
      defer { close(descriptor) }
      for _ in 0..<megabytes {
        guard Self.put(descriptor, piece) == piece.count else { throw Failure("cannot write: \(reason())") }
      }
      if isForced, fsync(descriptor) != 0 { throw Failure("fsync: \(reason())") }
    }
  }

  private func fsyncSeconds() throws -> Double {
    let descriptor = open(folder.path(of: "small.bin"), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write: \(reason())") }
    defer {
      close(descriptor)
      folder.remove("small.bin")
    }
    let page = [UInt8](repeating: 7, count: 4096)
    return try Measurement.median(
      (0..<megabytes).map { _ in
        try seconds {
          guard Self.put(descriptor, page) == page.count, fsync(descriptor) == 0 else {
            throw Failure("fsync: \(reason())")
          }
        }
      })
  }

  private func copy() -> Double {
    let source = [UInt8](repeating: 7, count: megabytes * 1_000_000)
    var target = [UInt8](repeating: 0, count: source.count)
    return seconds {
      target.withUnsafeMutableBytes { target in source.withUnsafeBytes { target.copyMemory(from: $0) } }
    }
  }

  // MARK: Parts

  private func median(_ body: () throws -> Double) rethrows -> Double {
    Measurement.median(try (0..<Self.runs).map { _ in try body() })
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start).inSeconds
  }

  private func opened() throws -> Int32 {
    let descriptor = open(folder.path(of: "limit.bin"), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write: \(reason())") }
    return descriptor
  }

  private func reason() -> String { String(cString: strerror(errno)) }

  private static func put(_ descriptor: Int32, _ bytes: [UInt8]) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes, bytes.count)
    #else
      Darwin.write(descriptor, bytes, bytes.count)
    #endif
  }
}
