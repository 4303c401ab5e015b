// SPDX-License-Identifier: Apache-2.0

/// Tells the dataset of a file by its columns or its first element, and reads no further.
struct DatasetGlance {
  let file: ArchiveUnit.File
  /// Where columns fit several.
  let hint: CloudDataset?

  /// `nil`: there are no rows, or the beginning is bad.
  func dataset() -> CloudDataset? {
    do {
      let source = try ImportedUnit.open(file)
      guard let first = try source.peek() else { return nil }
      try source.skipMark()
      return try file.isTable(first)
        ? columns(CSVReader(source: source)) : element(JSONReader(source: source))
    } catch {
      return nil
    }
  }

  private func columns(_ reader: CSVReader) throws -> CloudDataset? {
    chosen(Set(try reader.record()?.map { String(decoding: $0.bytes, as: UTF8.self) } ?? []))
  }

  private func element(_ reader: JSONReader) throws -> CloudDataset? {
    _ = try reader.skips(UInt8(ascii: "["))
    guard try reader.skips(UInt8(ascii: "{")), try !reader.skips(UInt8(ascii: "}")) else { return nil }
    var names: Set<String> = []
    repeat {
      var bytes: [UInt8] = []
      try reader.text(into: &bytes)
      try reader.expect(UInt8(ascii: ":"))
      let name = RawMembers.text(bytes[...]) ?? ""
      names.insert(name)
      if try reader.token() == UInt8(ascii: "["), let found = CloudDataset.allCases.first(where: { $0.member == name })
      {
        return found
      }
      bytes = []
      try reader.value(into: &bytes)
    } while try reader.skips(UInt8(ascii: ","))
    return chosen(names)
  }

  private func chosen(_ names: Set<String>) -> CloudDataset? {
    let told = CloudDataset.told(by: names)
    return told.count == 1 ? told[0] : told.first { $0 == hint }
  }
}

extension ArchiveUnit.File {
  /// Whether it is read as CSV, by its name or its first byte.
  func isTable(_ first: UInt8) -> Bool {
    isCSV || ![UInt8(ascii: "["), UInt8(ascii: "{"), 0xEF, 0x20, 0x09, 0x0A, 0x0D, 0x1F].contains(first)
  }
}
