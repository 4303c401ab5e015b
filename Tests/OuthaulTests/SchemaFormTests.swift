// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// What the schemas say of themselves.
@Suite struct SchemaFormTests {
  @Test(arguments: SchemaValidator.names)
  func `a schema has its draft, its name, titles, and a description and an example of every property`(
    name: String
  ) throws {
    let schema = try SchemaValidator.schema(name)

    #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["$id"]?.string == "https://outhaul.example/schemas/\(name).schema.json")
    #expect(schema["title"]?.string != nil && schema["description"]?.string != nil)
    for (name, definition) in schema["$defs"]?.object ?? [:] { #expect(definition["title"]?.string != nil, "\(name)") }
    let properties = Self.properties(of: schema, in: schema, at: "")
    #expect(!properties.isEmpty)
    for (path, property) in properties {
      #expect(property["description"]?.string?.isEmpty == false, "\(path) has no description")
      #expect(Self.isShown(property, in: schema), "\(path) has no example")
    }
  }

  @Test func `every example and every default is valid where it stands`() async throws {
    var documents: [(path: String, schema: JSONValue, document: JSONValue)] = []
    for name in SchemaValidator.names {
      let schema = try SchemaValidator.schema(name)
      for (path, property) in Self.properties(of: schema, in: schema, at: name) {
        let whole: JSONValue = ["$defs": schema["$defs"] ?? [:], "allOf": [property]]
        for example in (property["examples"]?.array ?? []) + [property["default"]].compactMap({ $0 }) {
          documents.append((path, whole, example))
        }
      }
    }

    let problems = try await SchemaValidator.problems(documents.map { ($0.schema, $0.document) })

    #expect(documents.count > 150)
    for (document, problem) in zip(documents, problems) where problem != nil {
      Issue.record("\(document.path): \(problem ?? "")")
    }
  }

  /// Every member of every `properties`, with its path; definitions are entered once.
  static func properties(of value: JSONValue, in root: JSONValue, at path: String) -> [(String, JSONValue)] {
    var found: [(String, JSONValue)] = []
    guard !isCondition(path) else { return [] }
    switch value {
    case .object(let members):
      for (name, member) in members.sorted(by: { $0.key < $1.key }) where !["examples", "const", "enum"].contains(name)
      {
        if name == "properties" {
          for (property, schema) in (member.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            found.append(("\(path)/\(property)", schema))
            found += properties(of: schema, in: root, at: "\(path)/\(property)")
          }
        } else {
          found += properties(of: member, in: root, at: "\(path)/\(name)")
        }
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        found += properties(of: element, in: root, at: "\(path)/\(index)")
      }
    default: break
    }
    return found
  }

  /// Below these, properties only narrow down what is described elsewhere.
  private static func isCondition(_ path: String) -> Bool {
    let steps = path.split(separator: "/").drop { SchemaValidator.names.contains(String($0)) }
    return ["allOf", "anyOf", "oneOf"].contains(steps.first) || steps.last == "if" || path.hasSuffix("/$defs/common")
  }

  /// There is something to complete, here or in what is referred to; what has parts is shown by its parts.
  private static func isShown(_ schema: JSONValue, in root: JSONValue) -> Bool {
    for name in ["examples", "default", "const", "enum", "properties", "items"] where schema[name] != nil {
      return true
    }
    if let entries = schema["additionalProperties"], entries["$ref"] != nil || entries["properties"] != nil {
      return true
    }
    if let reference = schema["$ref"]?.string, let target = root.at(pointer: String(reference.dropFirst())) {
      return isShown(target, in: root)
    }
    return false
  }
}
