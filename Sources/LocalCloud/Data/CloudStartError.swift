// SPDX-License-Identifier: Apache-2.0

/// Why a local cloud cannot begin.
public enum CloudStartError: Error, Hashable {
  /// Another process has the data.
  case inUse(path: String, holder: String?)
  case isFile(path: String)
  case noDatabase(path: String)
  case unwritable(path: String, reason: String)
  case port(Int, reason: String)
}

extension CloudStartError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .inUse(let path, let holder):
      "the local cloud's data in '\(path)' are in use by \(holder ?? "another process"): stop it, or take another folder"
    case .isFile(let path): "'\(path)' is a file: the local cloud keeps its data in a folder"
    case .noDatabase(let path): "'\(path)' is no database of the local cloud, or a damaged one: take another folder"
    case .unwritable(let path, let reason): "the local cloud cannot write to '\(path)': \(reason)"
    case .port(let port, let reason):
      "the local cloud cannot listen at port \(port) of 127.0.0.1: \(reason); take another port, or 0 for any free one"
    }
  }
}
