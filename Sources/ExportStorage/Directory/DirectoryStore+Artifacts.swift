// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

// What is there of artifacts that were verified earlier.
extension DirectoryStore {
  public var mayRead: Bool { true }

  public func sizes(of names: [String]) async throws -> [String: Int64] {
    var sizes: [String: Int64] = [:]
    for name in names {
      sizes[name] = try FileReading.size(of: root.appendingPathComponent(name), named: name)
    }
    return sizes
  }

  public func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
    try await FileReading.read(root.appendingPathComponent(artifact.name), named: artifact.name, take)
  }
}
