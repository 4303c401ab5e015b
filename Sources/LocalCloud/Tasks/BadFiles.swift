// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// What a task writes when a fault of its files strikes. The manifest agrees with the bytes: only who looks into the
/// files finds out. A cut file alone is told by its MD5.
enum BadFiles {
  static let faults: Set<FaultRule.Fault> = [
    .truncated, .emptyFile, .halfGzip, .wrongDataset, .outOfWindow, .duplicateRows, .replaced,
  ]

  /// The task whose rows are written in place of this one's.
  static func source(_ task: CloudTask, _ fault: FaultRule.Fault?) -> CloudTask {
    var source = task
    switch fault {
    case .wrongDataset:
      let isHistory = task.parameters.firstDay != nil
      source.type = isHistory ? (task.type == "Session" ? "Job" : "Session") : task.type == "Token" ? "Tag" : "Token"
      source.parameters.campaignKind = nil
    case .outOfWindow: source.parameters.firstDay = task.parameters.firstDay.map { $0 - 1 }
    default: break
    }
    return source
  }

  /// Changes the first of the files on disk, where the fault is of that kind.
  static func spoil(_ parts: [PartWriter.Part], _ fault: FaultRule.Fault?) throws -> [PartWriter.Part] {
    guard var first = parts.first else { return parts }
    switch fault {
    case .emptyFile: first = try written([], over: first)
    case .halfGzip:
      first = try written(halfGzip(of: first.file), over: first)
      first.name += ".gz"
    default: return parts
    }
    return [first] + parts.dropFirst()
  }

  /// The same file, with a byte more.
  static func longer(_ part: PartWriter.Part) throws -> PartWriter.Part {
    try written(Array(try Data(contentsOf: part.file)) + [0x0A], over: part)
  }

  private static func written(_ bytes: [UInt8], over part: PartWriter.Part) throws -> PartWriter.Part {
    try Data(bytes).write(to: part.file)
    var part = part
    (part.bytes, part.md5) = (Int64(bytes.count), Data(Insecure.MD5.hash(data: bytes)).base64EncodedString())
    return part
  }

  /// The head of RFC 1952 and the first half of the bytes as they are, up to the longest block; no end.
  private static func halfGzip(of file: URL) throws -> [UInt8] {
    let bytes = Array(try Data(contentsOf: file))
    let half = bytes.prefix(min(65_535, max(1, bytes.count / 2)))
    let (low, high) = (UInt8(half.count & 0xFF), UInt8(half.count >> 8))
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 0, low, high, ~low, ~high] + half
  }
}
