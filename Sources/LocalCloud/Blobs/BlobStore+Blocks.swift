// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// Blocks that wait to be put together, each a file in a folder of its blob.
extension BlobStore {
  /// After the last of them came, in seconds: a week.
  private static let waitingLife: TimeInterval = 7 * 86_400

  /// Those of all blobs of a container: they go with it.
  func blocks(of container: String) -> URL {
    folder.appendingPathComponent("blocks").appendingPathComponent(container)
  }

  private func folder(of name: String, in container: String) -> URL {
    let digest = SHA256.hash(data: Data(name.utf8)).map { String(format: "%02x", $0) }.joined()
    return blocks(of: container).appendingPathComponent(digest)
  }

  private static func fileName(of id: String) -> String { Data(id.utf8).map { String(format: "%02x", $0) }.joined() }

  /// Takes a block that is written already.
  /// - Throws: `Problem.badBlockLength` when its name has another length than those of the blob's other blocks;
  ///   `Problem.tooManyBlocks` when there are as many as may wait.
  func keep(block id: String, from file: URL, _ name: String, in container: String) throws {
    let folder = folder(of: name, in: container)
    forgetOldBlocks(name, in: container)
    let fileName = Self.fileName(of: id)
    // One speaks for all of them.
    if let other = Self.anyName(in: folder), other.utf8.count != fileName.utf8.count { throw Problem.badBlockLength }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let target = folder.appendingPathComponent(fileName)
    let isNew = !FileManager.default.fileExists(atPath: target.path)
    if isNew, waiting.count(in: folder) >= mostWaiting { throw Problem.tooManyBlocks }
    try? FileManager.default.removeItem(at: target)
    try FileManager.default.moveItem(at: file, to: target)
    if isNew { waiting.add(in: folder) }
  }

  private func forgetOldBlocks(_ name: String, in container: String) {
    let path = folder(of: name, in: container).path
    guard let last = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date,
      last.timeIntervalSinceNow < -Self.waitingLife
    else { return }
    forgetBlocks(name, in: container)
  }

  /// Reads one entry of a folder, however many it has.
  private static func anyName(in folder: URL) -> String? {
    guard let stream = opendir(folder.path) else { return nil }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { return name }
    }
    return nil
  }

  func uncommitted(_ name: String, in container: String) throws -> [BlobBlock] {
    let folder = folder(of: name, in: container)
    forgetOldBlocks(name, in: container)
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return [] }
    return try names.sorted().map { name in
      let path = folder.appendingPathComponent(name).path
      let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? 0
      return BlobBlock(id: Self.text(ofHex: name), bytes: bytes)
    }
  }

  private static func text(ofHex hex: String) -> String {
    let digits = Array(hex.utf8)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { index in
      UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func forgetBlocks(_ name: String, in container: String) {
    let folder = folder(of: name, in: container)
    try? FileManager.default.removeItem(at: folder)
    waiting.forget(folder)
  }

  func forgetBlocks(of container: String) {
    try? FileManager.default.removeItem(at: blocks(of: container))
    waiting.forget(blocks(of: container))
  }

  /// Joins blocks to new content, of those that wait and of those that the blob has.
  /// - Throws: `Problem.badBlockList` for one that is not there.
  func join(_ list: [BlockListEntry], _ name: String, in container: String) throws -> Content {
    let waiting = folder(of: name, in: container)
    let old = try blob(container, name)
    var content = Content(file: newFile(), bytes: 0)
    let target = folder.appendingPathComponent(content.file)
    _ = FileManager.default.createFile(atPath: target.path, contents: nil)
    do {
      let output = try FileHandle(forWritingTo: target)
      defer { try? output.close() }
      for entry in list {
        let file = waiting.appendingPathComponent(Self.fileName(of: entry.id))
        let bytes: Int64
        if entry.source != .committed, let input = try? FileHandle(forReadingFrom: file) {
          bytes = try Self.copy(input, upTo: .max, to: output)
        } else if entry.source != .uncommitted, let old, let part = Self.part(entry.id, of: old) {
          let input = try FileHandle(forReadingFrom: url(of: old))
          try input.seek(toOffset: UInt64(part.lowerBound))
          bytes = try Self.copy(input, upTo: Int64(part.count), to: output)
        } else {
          throw Problem.badBlockList
        }
        content.bytes += bytes
        content.blocks.append(BlobBlock(id: entry.id, bytes: bytes))
      }
    } catch {
      try? FileManager.default.removeItem(at: target)
      throw error
    }
    return content
  }

  /// Where a block of a committed blob stands in it.
  private static func part(_ id: String, of blob: BlobRecord) -> Range<Int64>? {
    var start: Int64 = 0
    for block in blob.blocks {
      if block.id == id { return start..<start + block.bytes }
      start += block.bytes
    }
    return nil
  }

  /// Copies a piece at a time, and closes what it read.
  private static func copy(_ input: FileHandle, upTo limit: Int64, to output: FileHandle) throws -> Int64 {
    defer { try? input.close() }
    var copied: Int64 = 0
    while copied < limit, let data = try input.read(upToCount: Int(min(limit - copied, 1 << 20))), !data.isEmpty {
      try output.write(contentsOf: data)
      copied += Int64(data.count)
    }
    return copied
  }
}

/// An entry of a block list.
struct BlockListEntry: Equatable {
  enum Source: String { case latest = "Latest", committed = "Committed", uncommitted = "Uncommitted" }

  var id: String
  var source: Source

  /// From the body of Put Block List; `nil` for what is none.
  static func read(_ text: String) -> [BlockListEntry]? {
    guard let root = text.firstMatch(of: #/<BlockList\s*(\/)?>/#) else { return nil }
    if root.1 != nil { return [] }
    guard let end = text.range(of: "</BlockList>", options: .backwards) else { return nil }
    var rest = text[root.range.upperBound..<end.lowerBound]
    var entries: [BlockListEntry] = []
    let entry = #/\s*<(Latest|Committed|Uncommitted)>\s*([A-Za-z0-9+\/=]+)\s*<\/(\w+)>/#
    while let match = rest.prefixMatch(of: entry), match.1 == match.3, let source = Source(rawValue: String(match.1)) {
      entries.append(BlockListEntry(id: String(match.2), source: source))
      rest = rest[match.range.upperBound...]
    }
    return rest.allSatisfy(\.isWhitespace) ? entries : nil
  }
}
