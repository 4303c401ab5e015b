// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// Writes an export into files of bounded size, each a valid document of its own.
final class PartWriter {
  struct Part {
    var file: URL
    var name: String
    var bytes: Int64
    var rows: Int
    /// Base64.
    var md5: String
  }

  private let folder: URL
  private let isCSV: Bool
  private let limit: Int64
  private(set) var parts: [Part] = []
  private var buffer: [UInt8] = []
  private var handle: FileHandle?
  private var md5 = Insecure.MD5()
  private var bytes: Int64 = 0
  private var rows = 0
  private var groupEnd = ""
  private var columns: [String]?

  /// - Parameter limit: a part that has reached it ends with its group.
  init(folder: URL, isCSV: Bool, limit: Int64 = 256 << 20) {
    (self.folder, self.isCSV, self.limit) = (folder, isCSV, limit)
  }

  func write(_ rows: ExportRows) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try open()
    try rows.forEach { group, leaf, isNew in
      if isCSV { try csv(group, leaf, of: rows.task) } else { try json(group, leaf, isNew) }
    }
    if isCSV, columns == nil { try put(Self.header(Self.emptyColumns(rows.task.type))) }
    try close()
  }

  // MARK: Forms

  private func json(_ group: ExportRows.Group, _ leaf: ExportFields, _ isNew: Bool) throws {
    if isNew, bytes + Int64(buffer.count) >= limit {
      try close()
      try open()
    }
    let text = leaf.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",")
    if let member = group.member {
      if isNew || rows == 0 {
        let head = group.head.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",")
        try put(groupEnd + (rows == 0 ? "" : ",\n") + "{\(head),\"\(member)\":[{\(text)}")
        groupEnd = "]}"
      } else {
        try put(",{\(text)}")
      }
    } else {
      try put((rows == 0 ? "" : ",\n") + "{\(text)}")
    }
    rows += 1
  }

  private func csv(_ group: ExportRows.Group, _ leaf: ExportFields, of task: CloudTask) throws {
    if bytes + Int64(buffer.count) >= limit {
      try close()
      try open()
    }
    let fields = group.head + leaf
    if columns == nil {
      columns = fields.map(\.name)
      try put(Self.header(fields.map(\.name)))
    }
    try put(fields.map { Self.field($0.json) }.joined(separator: ",") + "\r\n")
    rows += 1
  }

  private static func header(_ names: [String]) -> String { names.joined(separator: ",") + "\r\n" }

  /// The columns of an export without rows.
  private static func emptyColumns(_ type: String) -> [String] {
    switch type {
    case "Activity": ["sessionId", "name", "timestamp", "extras"]
    case "Event", "Error", "Crash": ["deviceId", "name", "timestamp", "infoId", "sessionId", "locationId", "extras"]
    case "Session": ["sessionId", "start", "end", "deviceId", "infoId", "locationId"]
    case "Job": ["jobId", "start", "end", "name", "deviceId", "infoId", "extras"]
    case "Tag": ["deviceId", "tags"]
    case "Token": ["deviceId", "token", "type"]
    case "Device": ["deviceId", "meta", "info", "location", "appInfo"]
    default: ["deviceId", "campaignType", "campaignId", "status"]
    }
  }

  /// A JSON text stands as its text, `null` as nothing, anything else as JSON; quoted where RFC 4180 wants it.
  private static func field(_ json: String) -> String {
    var text = json == "null" ? "" : json
    if json.hasPrefix("\""), let value = try? JSONDecoder().decode(String.self, from: Data(json.utf8)) { text = value }
    guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  // MARK: Files

  private func open() throws {
    let number = String(parts.count)
    let name = "part-" + String(repeating: "0", count: max(0, 5 - number.count)) + number + (isCSV ? ".csv" : ".json")
    let file = folder.appendingPathComponent(name)
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    handle = try FileHandle(forWritingTo: file)
    parts.append(Part(file: file, name: name, bytes: 0, rows: 0, md5: ""))
    (md5, bytes, rows, groupEnd, columns) = (Insecure.MD5(), 0, 0, "", nil)
    if !isCSV { try put("[") }
  }

  private func close() throws {
    if !isCSV { try put(groupEnd + "]") }
    try flush()
    try handle?.close()
    parts[parts.count - 1].bytes = bytes
    parts[parts.count - 1].rows = rows
    parts[parts.count - 1].md5 = Data(md5.finalize()).base64EncodedString()
  }

  private func put(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 18 { try flush() }
  }

  private func flush() throws {
    md5.update(data: buffer)
    bytes += Int64(buffer.count)
    try handle?.write(contentsOf: Data(buffer))
    buffer.removeAll(keepingCapacity: true)
  }
}
