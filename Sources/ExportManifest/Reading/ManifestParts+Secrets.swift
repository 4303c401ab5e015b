// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `secrets:` and `apps:`.
extension ManifestParts {
  mutating func secrets(_ node: YAMLNode?) -> [(Located<String>, SecretReference?)] {
    guard let node else { return [] }
    return named(node, "secrets") { parts, name, value in (name, parts.secret(name, value)) }
  }

  private mutating func secret(_ name: Located<String>, _ node: YAMLNode) -> SecretReference? {
    guard case .mapping = node.kind else {
      // What stands there may be the secret: it is not repeated.
      add(
        "M009", "the secret '\(name.value)' must say where it is, not what it is", at: name.place,
        help: "write {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}", hidesLine: true)
      return nil
    }
    guard var reader = MappingReader(node, "the secret '\(name.value)'", code: "M001", &problems) else { return nil }
    let given = ["env", "file", "command"].map { reader.optional($0) }
    reader.finish(later: ManifestReader.later, &problems)
    guard given.compactMap(\.self).count == 1 else {
      let isOver = given.contains { $0 != nil }
      // What is misspelt was told as that.
      if isOver || reader.members.isEmpty {
        add(
          "M009", "the secret '\(name.value)' needs \(isOver ? "only " : "")one of 'env', 'file' and 'command'",
          at: name.place)
      }
      return nil
    }
    let environment = given[0].flatMap { text($0, "'env'") }
    let path = given[1].flatMap { text($0, "'file'") }
    let command = given[2].map { words($0, "'command'").map(\.value) }
    switch (environment, path, command) {
    case (let name?, nil, nil): return .environment(name)
    case (nil, let path?, nil): return .file(path)
    case (nil, nil, let command?): return command.isEmpty ? nil : .command(command)
    default: return nil
    }
  }

  mutating func app(_ name: Located<String>, _ node: YAMLNode) -> AppSetting? {
    var app = AppSetting(name: name)
    guard var reader = MappingReader(node, "the app '\(name.value)'", code: "M001", &problems) else { return nil }
    (app.parameters, app.parametersAreRead) = with(&reader)
    app.labels = labels(reader.optional("labels"))
    reader.finish(later: ManifestReader.later, &problems)
    return app
  }

  /// `with:`, and whether nothing of it is missing because it could not be read.
  mutating func with(_ reader: inout MappingReader) -> (values: [String: Located<JSONValue>], areRead: Bool) {
    guard let node = reader.optional("with") else { return ([:], !reader.misspells("with")) }
    guard case .mapping = node.kind else { return (parameters(node), false) }
    return (parameters(node), true)
  }

  /// `with:`, nested maps flattened with dots.
  mutating func parameters(_ node: YAMLNode?, prefix: String = "") -> [String: Located<JSONValue>] {
    guard let node, let reader = MappingReader(node, prefix.isEmpty ? "'with'" : "'\(prefix)'", code: "M001", &problems)
    else { return [:] }
    var values: [String: Located<JSONValue>] = [:]
    for pair in reader.members {
      let name = (prefix.isEmpty ? "" : prefix + ".") + (pair.key.text ?? "")
      if case .mapping = pair.value.kind {
        values.merge(parameters(pair.value, prefix: name)) { first, _ in first }
      } else {
        if let text = pair.value.text { refuseSecret(in: text, at: pair.value.place) }
        if case .scalar = pair.value.kind { parameterPlaces.insert(pair.value.place) }
        values[name] = Located(pair.value.json, at: pair.value.place, key: pair.key.place)
      }
    }
    return values
  }
}
