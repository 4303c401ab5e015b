// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// A blob on its way to a file. A note beside it says of which content it is, so that it can be gone on with when it
/// breaks off, also after a crash.
final class Download {
  static let noteSuffix = ".from"
  private static let pieceSize = 1 << 20

  /// Bytes that are there from before.
  let count: Int64
  private let file: TemporaryFile
  private var isReplayed = false

  /// - Throws: `StoreError.again` when the blob was replaced since: what is there is taken away.
  init(folder: URL, name: String, of blob: ListedBlob) throws {
    let url = folder.appendingPathComponent(name)
    let note = folder.appendingPathComponent(name + Self.noteSuffix)
    let size = Self.size(of: url)
    let earlier = (try? Data(contentsOf: note)).flatMap { try? JSONValue(parsing: [UInt8]($0)) }
    let same = earlier?["blob"]?.string == blob.name
    if same, earlier?["etag"]?.string != blob.etag {
      for url in [note, url] { try? FileManager.default.removeItem(at: url) }
      throw StoreError.again(
        "'\(blob.name)' was replaced while it was downloaded: it is downloaded anew", retryAfter: nil)
    }
    let goesOn = same && blob.etag != nil && size >= GzipReader.magic.count && size <= blob.bytes
    count = goesOn ? size : 0
    // The file is empty before a note can be taken for one about what it held.
    file = try TemporaryFile(url, goesOn: goesOn)
    guard !goesOn, let etag = blob.etag else { return }
    let told: JSONValue = ["blob": .string(blob.name), "etag": .string(etag)]
    // Not by way of another file, which a kill would leave behind. A note that is cut says nothing: then it begins anew.
    let file = try TemporaryFile(note)
    try file.write(told.canonicalBytes)
    try file.close()
  }

  private static func size(of url: URL) -> Int64 {
    var status = stat()
    return lstat(url.path, &status) == 0 ? Int64(status.st_size) : 0
  }

  var name: String { file.name }

  /// Hands over what is there from before: it is not written again.
  func replay(_ take: ([UInt8]) async throws -> Void) async throws {
    if count > 0 {
      let handle = try JobFolder.onDisk("read \(file.url.path)") { try FileHandle(forReadingFrom: file.url) }
      defer { try? handle.close() }
      while let piece = try JobFolder.onDisk("read \(file.url.path)", { try handle.read(upToCount: Self.pieceSize) }),
        !piece.isEmpty
      {
        try await take([UInt8](piece))
      }
    }
    isReplayed = true
  }

  /// Takes away what is there, and the note.
  func discard() {
    for url in [file.url, file.url.appendingPathExtension(String(Self.noteSuffix.dropFirst()))] {
      try? FileManager.default.removeItem(at: url)
    }
  }

  func write(_ bytes: [UInt8]) throws { if isReplayed { try file.write(bytes) } }

  func close() throws { try file.close() }
}
