// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Which file a path leads to, whatever it is called: links lead to what they name.
public struct FileIdentity: Sendable, Hashable {
  private let device: UInt64
  private let number: UInt64
  /// Neither a folder nor a device or a pipe.
  public let isFile: Bool

  /// `nil` when there is none.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
    isFile = status.st_mode & S_IFMT == S_IFREG
  }
}

extension Project {
  /// Paths of all files that it was read from: the manifest, what that includes, variables and service descriptions.
  public var sources: [String] {
    let folder = URL(fileURLWithPath: manifest.file.name).deletingLastPathComponent()
    let descriptions = manifest.services.map { URL(fileURLWithPath: $0.use.value, relativeTo: folder).path }
    return [manifest.file.name] + manifest.included.map(\.file.name) + variableFiles
      + descriptions.filter { FileIdentity($0)?.isFile == true }
  }
}
