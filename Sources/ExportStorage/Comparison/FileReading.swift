// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Files of this machine as streams.
enum FileReading {
  private static let chunk = 1 << 18

  /// - Throws: `StoreError.artifact` when the file is not there, and what `consume` throws.
  static func read<Value>(
    _ url: URL, named name: String, _ consume: (ByteReader) async throws -> Value
  ) async throws -> Value {
    guard let file = try? FileHandle(forReadingFrom: url) else {
      throw StoreError.artifact("'\(name)' is not there")
    }
    defer { try? file.close() }
    return try await consume(
      ByteReader {
        do {
          let data = try file.read(upToCount: chunk)
          return data.flatMap { $0.isEmpty ? nil : [UInt8]($0) }
        } catch {
          throw StoreError.disk("cannot read '\(name)': \((error as NSError).localizedDescription)")
        }
      })
  }
}
