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

/// What is said besides the table.
enum Console {
  static func error(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

/// A folder for inputs and plan files that goes at the end.
struct WorkFolder {
  let path: String
  /// The program that measures from inside and makes what the rows need.
  let engine: String

  init(engine: String) throws {
    self.engine = engine
    path = FileManager.default.temporaryDirectory.path + "/outhaul-benchmarks-\(getpid())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Over what is there of that name.
  func rename(_ name: String, to other: String) {
    remove(other)
    try? FileManager.default.moveItem(atPath: path(of: name), toPath: path(of: other))
  }

  func remove(_ name: String) { try? FileManager.default.removeItem(atPath: path(of: name)) }

  func path(of name: String) -> String { "\(path)/\(name)" }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(of: name)) }

  func text(of name: String) -> String {
    FileManager.default.contents(atPath: path(of: name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
