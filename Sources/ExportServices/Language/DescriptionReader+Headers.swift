// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `headers:` of a request.
extension DescriptionReader {
  /// What a request says of itself.
  private static let ownHeaders: Set<String> = ["host", "content-length", "transfer-encoding", "connection"]

  mutating func headers(_ node: YAMLNode) -> [(name: String, value: Template)] {
    guard let reader = MappingReader(node, "'headers'", code: "D001", &problems) else { return [] }
    var names: Set<String> = []
    return reader.members.compactMap { pair in
      let name = pair.key.text ?? ""
      checkName(name, at: pair.key.place)
      if !names.insert(name.lowercased()).inserted {
        add("D011", "the header '\(name)' is given twice", at: pair.key.place)
      }
      guard let value = template(pair.value) else { return nil }
      checkValue(value, of: name, at: pair.value.place)
      return (name, value)
    }
  }

  private mutating func checkName(_ name: String, at place: SourcePlace) {
    if !HeaderName.isValid(name) {
      add("D011", "'\(name)' is no name of a header", at: place, help: HeaderName.help)
    } else if Self.ownHeaders.contains(name.lowercased()) {
      add("D011", "the header '\(name)' is set by the program", at: place, help: "take it out")
    }
  }

  private mutating func checkValue(_ value: Template, of name: String, at place: SourcePlace) {
    for case .text(let text) in value.parts
    where text.unicodeScalars.contains(where: { $0 != "\t" && ($0.value < 0x20 || $0.value == 0x7F) }) {
      add(
        "D011", "the value of the header '\(name)' holds a line break or another control character", at: place,
        help: "write it on one line")
      return
    }
  }
}
