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
  private var columns: [String] = []

  /// - Parameter limit: a part that has reached it ends with its group.
  init(folder: URL, isCSV: Bool, limit: Int64) {
    (self.folder, self.isCSV, self.limit) = (folder, isCSV, limit)
  }

  /// - Parameter twice: the first row stands there twice.
  func write(_ rows: ExportRows, twice: Bool = false) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    columns = try rows.columns()
    try open()
    try rows.forEach { group, leaf, isNew in
      let isFirst = self.rows == 0 && parts.count == 1
      if isCSV { try csv(group, leaf) } else { try json(group, leaf, isNew) }
      guard twice, isFirst else { return }
      if isCSV { try csv(group, leaf) } else { try json(group, leaf, group.member == nil) }
    }
    try close()
  }

  // MARK: Forms

  private func json(_ group: ExportRows.Group, _ leaf: ExportMembers, _ isNew: Bool) throws {
    if isNew, rows > 0, bytes + Int64(buffer.count) >= limit {
      try close()
      try open()
    }
    let text = leaf.json
    if let member = group.member {
      if isNew || rows == 0 {
        let head = group.head.json
        try put(groupEnd)
        try put(rows == 0 ? "{" : ",\n{")
        if !head.isEmpty { try put(head + ",") }
        try put("\"\(member)\":[{\(text)}")
        let tail = group.tail.json
        groupEnd = tail.isEmpty ? "]}" : "],\(tail)}"
      } else {
        try put(",{\(text)}")
      }
    } else {
      try put((rows == 0 ? "" : ",\n") + "{\(text)}")
    }
    rows += 1
  }

  private func csv(_ group: ExportRows.Group, _ leaf: ExportMembers) throws {
    if rows > 0, bytes + Int64(buffer.count) >= limit {
      try close()
      try open()
    }
    let fields = group.head.fields + leaf.fields + group.tail.fields
    let cells: [String]
    if fields.count == columns.count, zip(fields, columns).allSatisfy({ $0.name == $1 }) {
      cells = fields.map { Self.cell($0.json) }
    } else {
      // Of rows with other members, or in another order, each cell is looked for; one that is missing is empty.
      let byName = Dictionary(fields.map { ($0.name, $0.json) }, uniquingKeysWith: { $1 })
      cells = columns.map { byName[$0].map(Self.cell) ?? "" }
    }
    try put(cells.joined(separator: ",") + "\r\n")
    rows += 1
  }

  private static func header(_ names: [String]) -> String {
    names.map { cell(ExportRows.text($0)) }.joined(separator: ",") + "\r\n"
  }

  /// A JSON text stands as its text, `null` as nothing, anything else as JSON; quoted where RFC 4180 wants it. An empty
  /// text is quoted as well, which tells it from nothing.
  private static func cell(_ json: String) -> String {
    if json == "null" { return "" }
    let text = json.utf8.first == UInt8(ascii: "\"") ? RawMembers.text(Array(json.utf8)[...]) ?? json : json
    guard text.isEmpty || text.utf8.contains(where: isSpecial) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// A comma, a quote, or what ends a line.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0D || byte == 0x0A
  }

  // MARK: Files

  private func open() throws {
    let number = String(parts.count)
    let name = "part-" + String(repeating: "0", count: max(0, 5 - number.count)) + number + (isCSV ? ".csv" : ".json")
    let file = folder.appendingPathComponent(name)
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    handle = try FileHandle(forWritingTo: file)
    parts.append(Part(file: file, name: name, bytes: 0, rows: 0, md5: ""))
    (md5, bytes, rows, groupEnd) = (Insecure.MD5(), 0, 0, "")
    try put(isCSV ? Self.header(columns) : "[")
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
