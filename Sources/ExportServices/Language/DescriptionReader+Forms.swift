// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `forms:` of a dataset.
extension DescriptionReader {
  mutating func forms(
    _ node: YAMLNode, of dataset: String, _ options: [ParameterTraits]
  ) -> [DatasetRule.Form] {
    tellEmpty(node, "'forms'", help: "write [{}] where nothing is added to the request")
    var forms: [DatasetRule.Form] = []
    let (known, given) = (options.map(\.name), Self.given(options))
    var takesAll = false
    for element in elements(node, "'forms'") {
      formBeingRead = forms.count
      defer { formBeingRead = nil }
      guard let read = self.form(element, known) else { continue }
      formPlaces[FormPlace(dataset: dataset, index: forms.count)] = element.place
      if takesAll {
        add(
          "D014", "a form is never reached: one before it takes every job", at: element.place,
          help: "put forms with 'when' before the one without; the first that fits is taken")
      }
      takesAll = takesAll || read.option.map { given.contains($0) } ?? true
      forms.append(read)
    }
    let choosing = forms.compactMap(\.option)
    if !forms.isEmpty, !takesAll, choosing.allSatisfy({ known.contains($0) }) {
      let names = choosing.map { "'\($0)'" }.joined(separator: " and ")
      add(
        "D013", "'\(dataset)' has no form for a job without \(names)", at: node.place,
        help: "end with a form without 'when', or make the option 'required'")
    }
    return forms
  }

  private mutating func form(_ node: YAMLNode, _ options: [String]) -> DatasetRule.Form? {
    guard var reader = MappingReader(node, "a form", code: "D001", &problems) else { return nil }
    let option = reader.optional("when").flatMap { chosen($0, options) }
    var values: [String: String] = [:]
    if let node = reader.optional("values"), let members = MappingReader(node, "'values'", code: "D001", &problems) {
      for pair in members.members {
        values[pair.key.text ?? ""] = value(pair.value)
        declare(pair.key.text ?? "", in: "dataset")
      }
    }
    let json = reader.optional("json").map { self.json($0) }
    reader.finish(&problems)
    return DatasetRule.Form(option: option, values: values, json: json)
  }

  private mutating func chosen(_ node: YAMLNode, _ options: [String]) -> String? {
    guard let name = text(node, "'when'") else { return nil }
    if !options.contains(name) {
      add(
        "D003", "nothing declares 'option.\(name)'", at: node.place,
        help: Suggestion.help(for: name, in: options) ?? "declare it under 'options' of the dataset")
    }
    return name
  }

  private mutating func value(_ node: YAMLNode) -> String? {
    guard let text = text(node, "a value") else { return nil }
    if text.contains("${") {
      add(
        "D002", "a value of a form is sent as it is: the hole in '\(text.prefix(60))' would not be filled",
        at: node.place, help: "put the hole into 'json' of the form, or into the request")
    }
    return text
  }
}
