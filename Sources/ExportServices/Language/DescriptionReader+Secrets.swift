// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `secrets:`.
extension DescriptionReader {
  mutating func secrets(_ node: YAMLNode) -> [SecretTraits] {
    guard let reader = MappingReader(node, "'secrets'", code: "D001", &problems) else { return [] }
    return reader.members.compactMap { pair in
      let name = pair.key.text ?? ""
      declare(name, in: "secret")
      guard var reader = MappingReader(pair.value, "the secret '\(name)'", code: "D001", &problems) else { return nil }
      let about = reader.optional("about").flatMap { text($0, "'about'") } ?? ""
      let isRequired = reader.optional("required").map { flag($0, "'required'") } ?? true
      reader.finish(&problems)
      return SecretTraits(name, about: about, isRequired: isRequired)
    }
  }
}
