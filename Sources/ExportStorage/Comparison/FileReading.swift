// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Files of this machine, piece by piece.
enum FileReading {
  private static let piece = 1 << 18

  /// - Throws: `StoreError.artifact` when the file is not there, and what `take` throws.
  static func read(_ url: URL, named name: String, _ take: ([UInt8]) async throws -> Void) async throws {
    guard let file = try? FileHandle(forReadingFrom: url) else { throw StoreError.artifact("'\(name)' is not there") }
    defer { try? file.close() }
    while let piece = try next(of: file, named: name) { try await take(piece) }
  }

  private static func next(of file: FileHandle, named name: String) throws -> [UInt8]? {
    do {
      return try file.read(upToCount: piece).flatMap { $0.isEmpty ? nil : [UInt8]($0) }
    } catch {
      throw StoreError.disk("cannot read '\(name)': \((error as NSError).localizedDescription)")
    }
  }
}
