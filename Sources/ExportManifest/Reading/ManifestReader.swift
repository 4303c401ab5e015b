// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// Reads a manifest: YAML to values with places, variables put in, defaults applied, form checked.
/// What needs more than one value, or the service's traits, is checked by `ManifestRules`.
public enum ManifestReader {
  /// Keys of the language that this program does not know yet.
  static let later: Set<String> = [
    "notify",
    "isolate", "azure_managed_identity", "azure_default", "azure_cli", "s3",
  ]

  /// The manifest as far as it could be understood, and every problem of its form.
  ///
  /// - Parameters:
  ///   - variables: values that replace those of the manifest's `variables:`.
  ///   - environment: for `${env.X}` in `variables:`.
  ///   - source: of the files that it includes.
  /// - Returns: no manifest only when the text is not YAML or not a mapping, or when something that it includes cannot
  ///   be had.
  public static func read(
    _ file: SourceFile, variables: VariableValues, environment: [String: String],
    including source: any IncludeSource = NoIncludes()
  ) -> (manifest: Manifest?, diagnostics: DiagnosticList) {
    var aliasesLeft = YAMLReader.aliasLimit
    var (root, problems) = YAMLReader.read(file, aliasesLeft: &aliasesLeft)
    guard let root else { return (nil, problems) }
    var includes = IncludeReader(source, aliasesLeft: aliasesLeft)
    let whole = includes.merged(root, &problems)
    var interpolator = Interpolator(
      whole, overrides: variables, environment: environment, isWhole: includes.isWhole, &problems)
    let filled = interpolator.fill(whole, &problems)
    guard var top = MappingReader(filled, "the manifest", code: "M001", &problems) else { return (nil, problems) }
    var parts = ManifestParts(file: file, isWhole: includes.isWhole)
    var manifest = parts.manifest(&top)
    manifest.included = includes.files
    manifest.unusedVariables = interpolator.unused.map { Located($0.key, at: $0.value) }
    manifest.unread = interpolator.unread.union(parts.misplaced)
    problems.add(contentsOf: parts.problems.without(places: interpolator.unread))
    (manifest.names, manifest.secretUses) = (parts.names, parts.secretUses)
    manifest.isRight = !problems.hasErrors
    return (includes.isWhole ? manifest : nil, problems)
  }
}

/// The sections of a manifest, one method each; problems gather in one list.
struct ManifestParts {
  let file: SourceFile
  /// False when a file that was to be included could not be had: sections are not missed.
  var isWhole = true
  var problems = DiagnosticList()
  var names = SectionNames()
  var secretUses: [Located<String>] = []
  /// Where secrets stand that cannot stand there.
  var misplaced: Set<SourcePlace> = []

  mutating func manifest(_ top: inout MappingReader) -> Manifest {
    if let version = top.required("manifest", &problems), version.json != 1 {
      let help = version.text == "1" ? "write 1, without quotes" : "write 1"
      add("M002", "unknown manifest version \(version.shown)", at: version.place, help: help)
    }
    let name = top.required("name", &problems).flatMap { text($0, "the name") } ?? "unnamed"
    for name in ["variables", "include"] { _ = top.optional(name) }
    var manifest = Manifest(name: name, file: file)
    for (name, reference) in secrets(top.optional("secrets")) {
      manifest.secrets[name.value] = reference
      manifest.secretPlaces[name.value] = name.place
    }
    manifest.services = named(section("services", &top), "services") { $0.service($1, $2) }
    manifest.destinations = named(section("destinations", &top), "destinations") { $0.destination($1, $2) }
    var discoveries: [DiscoverySetting]?
    manifest.apps = named(section("apps", &top), "apps") { parts, name, node in
      guard name.value == "discover" else { return parts.app(name, node) }
      discoveries = parts.discoveries(node)
      return nil
    }
    // One that could not be read was told; what its apps are is no less unknown.
    manifest.awaitsCatalogue = discoveries != nil
    manifest.discoveries = discoveries ?? []
    let defaultsNode = top.optional("defaults")
    var defaults = self.defaults(defaultsNode)
    if defaultsNode == nil, top.misspells("defaults") { defaults.isRead = false }
    manifest.exports = named(section("exports", &top), "exports") { $0.export($1, $2, defaults) }
    top.finish(later: ManifestReader.later, &problems)
    return manifest
  }

  private mutating func section(_ name: String, _ top: inout MappingReader) -> YAMLNode? {
    isWhole ? top.required(name, &problems) : top.optional(name)
  }

  // MARK: Parts that many sections share

  /// - Parameter hidesLine: the line may hold a secret.
  mutating func add(
    _ code: String, _ message: String, at place: SourcePlace, help: String? = nil,
    related: [Diagnostic.Related] = [], hidesLine: Bool = false
  ) {
    problems.add(Diagnostic(code: code, message, at: place, help: help, related: related, hidesLine: hidesLine))
  }

  /// The entries of a section whose keys are names.
  mutating func named<Entry>(
    _ node: YAMLNode?, _ section: String, _ read: (inout ManifestParts, Located<String>, YAMLNode) -> Entry?
  ) -> [Entry] {
    guard let node, let reader = MappingReader(node, "'\(section)'", code: "M001", &problems), !reader.members.isEmpty
    else {
      names.miss(section)
      if let node, case .mapping = node.kind, isWhole { add("M001", "'\(section)' is empty", at: node.place) }
      return []
    }
    // Words of the language are no names.
    let words: Set = section == "apps" ? ["discover", "include"] : []
    names.give(reader.members.compactMap(\.key.text).filter { !words.contains($0) }, of: section)
    return reader.members.compactMap { pair in
      let name = pair.key.text ?? ""
      guard Self.isName(name) else {
        add(
          "M003", "'\(name)' is not a name", at: pair.key.place,
          help: "use letters, digits, '-', '_' and, not as the first, '.'")
        return nil
      }
      return read(&self, Located(name, at: pair.key.place), pair.value)
    }
  }

  static func isName(_ text: String) -> Bool {
    // Names become steps of paths: none is hidden, none is cut off there.
    if text.utf8.allSatisfy({ isNameByte($0) }) {
      return !text.isEmpty && text.utf8.first != UInt8(ascii: ".") && text.utf8.count <= 120
    }
    return !text.hasPrefix(".") && text.count <= 120
      && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  mutating func text(_ node: YAMLNode, _ noun: String) -> String? {
    guard let text = node.text, !text.isEmpty else {
      let isEmpty = node.text != nil && node.json != .null
      add("M004", isEmpty ? "\(noun) is empty" : "\(noun) must be a text, not \(node.noun)", at: node.place)
      return nil
    }
    refuseSecret(in: text, at: node.place)
    return text
  }

  /// Secrets stand for credentials only, where nothing is written or shown.
  private mutating func refuseSecret(in text: String, at place: SourcePlace) {
    // Most texts have no '$', and looking for one byte is quick.
    guard text.utf8.contains(UInt8(ascii: "$")), text.contains("${secret."), misplaced.insert(place).inserted else {
      return
    }
    add("M018", "a secret cannot stand here", at: place, help: "it can stand for a credential, a key or a signature")
  }

  mutating func located(_ node: YAMLNode, _ noun: String) -> Located<String>? {
    text(node, noun).map { Located($0, at: node.place) }
  }

  /// A word, or a list of words.
  mutating func words(_ node: YAMLNode, _ noun: String) -> [Located<String>] {
    if case .mapping = node.kind {
      add("M004", "\(noun) must be a text or a list, not a mapping", at: node.place)
      return []
    }
    guard case .sequence(let elements) = node.kind else { return located(node, noun).map { [$0] } ?? [] }
    if elements.isEmpty { add("M004", "\(noun) is empty", at: node.place) }
    return elements.compactMap { located($0, noun) }
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ node: YAMLNode, _ noun: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    let word = node.text ?? ""
    if let choice = Choice(rawValue: word) { return choice }
    let help = Suggestion.help(for: word, in: Choice.allCases.map(\.rawValue))
    add("M005", "unknown \(noun) \(node.shown)", at: node.place, help: help)
    return nil
  }

  mutating func duration(_ node: YAMLNode, _ noun: String) -> Duration? {
    if let text = node.text, let duration = DurationText.parse(text) { return duration }
    add(
      "M006", "\(node.shown) is not a duration for \(noun)", at: node.place,
      help: "write one such as 30s, 15m, 6h or 7d")
    return nil
  }

  mutating func number(_ node: YAMLNode, _ noun: String, in range: ClosedRange<Int>) -> Int? {
    if let number = node.json.int, range.contains(Int(number)) { return Int(number) }
    add(
      "M007", "\(node.shown) is not a number for \(noun)", at: node.place,
      help: "write one from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// The name in a lone `${secret.NAME}`.
  mutating func secretName(_ node: YAMLNode, _ noun: String) -> String? {
    if let text = node.text, text.hasPrefix("${secret."), text.hasSuffix("}"), text.filter({ $0 == "$" }).count == 1 {
      let name = String(text.dropFirst(9).dropLast())
      secretUses.append(Located(name, at: node.place))
      return name
    }
    add(
      "M008", "\(noun) must be a reference, never the secret itself", at: node.place, help: "write \"${secret.NAME}\"",
      hidesLine: true)
    return nil
  }

  // MARK: Secrets and apps

  private mutating func secrets(_ node: YAMLNode?) -> [(Located<String>, SecretReference?)] {
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

  private mutating func app(_ name: Located<String>, _ node: YAMLNode) -> AppSetting? {
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
        values[name] = Located(pair.value.json, at: pair.value.place, key: pair.key.place)
      }
    }
    return values
  }
}
