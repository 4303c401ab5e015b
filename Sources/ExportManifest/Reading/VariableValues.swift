// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// What replaces the values of a manifest's `variables:`.
public struct VariableValues: Sendable {
  /// Mappings of names to values, in the order in which they were given; later ones win.
  public var files: [SourceFile]
  /// From the command line; these win over files.
  public var texts: [String: String]

  public init(files: [SourceFile] = [], texts: [String: String] = [:]) { (self.files, self.texts) = (files, texts) }

  struct Value {
    /// As a plain scalar of YAML would be read.
    var json: JSONValue
    var text: String
    /// `nil` for the command line.
    var place: SourcePlace?
    /// Where its name stands.
    var key: SourcePlace?
  }

  func read(_ problems: inout DiagnosticList) -> [String: Value] {
    var values: [String: Value] = [:]
    for file in files {
      let (root, found) = YAMLReader.read(file)
      problems.add(contentsOf: found)
      guard let root, let reader = MappingReader(root, "a file of variables", code: "M001", &problems) else { continue }
      for pair in reader.members {
        let shown = pair.value.text ?? pair.value.noun
        values[pair.key.text ?? ""] = Value(
          json: pair.value.json, text: shown, place: pair.value.place, key: pair.key.place)
      }
    }
    let nowhere = SourcePlace(file: SourceFile(name: "--var", text: ""), line: 1, column: 1)
    for (name, text) in texts {
      let json = YAMLNode(.scalar(text, isPlain: true), at: nowhere).json
      values[name] = Value(json: json == .null ? .string(text) : json, text: text, place: nil)
    }
    return values
  }
}
