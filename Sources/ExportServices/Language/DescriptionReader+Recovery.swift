// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `recover:`.
extension DescriptionReader {
  /// What a class of recovery is held against.
  struct Around {
    var node: YAMLNode
    /// Names of `job` that the submit request, or a dataset's part of it, sends.
    var sent: Set<String>
    /// `nil`: there is no `list`.
    var listPlace: SourcePlace?
    var list: TaskListRule?
  }

  mutating func recover(_ around: Around) -> RecoveryRule? {
    guard var reader = MappingReader(around.node, "'recover'", code: "D001", &problems) else { return nil }
    let kind = reader.required("class", &problems).flatMap { word($0, "recovery class", RecoveryClass.self) }
    guard let kind else {
      // Which members belong here is not known.
      for pair in reader.members { _ = reader.optional(pair.key.text ?? "") }
      reader.finish(&problems)
      return nil
    }
    let rule =
      switch kind {
      case .named: naming(&reader, around)
      case .token: token(&reader, around)
      case .marked: marking(&reader, around)
      case .single: single(&reader, around)
      case .lookalike: lookalike(&reader, around)
      case .blind: RecoveryRule.blind as RecoveryRule?
      }
    reader.finish(&problems)
    return rule
  }

  private mutating func naming(_ reader: inout MappingReader, _ around: Around) -> RecoveryRule? {
    guard let node = reader.required("id", &problems) else { return nil }
    guard let id = needing(.ownName, { $0.ownText(node) }) else { return nil }
    checkTelling(id, "'id'", around, at: node.place)
    return .named(id: id)
  }

  private mutating func token(_ reader: inout MappingReader, _ around: Around) -> RecoveryRule? {
    let life = reader.required("life", &problems).flatMap { duration($0) }
    if !around.sent.contains("token") {
      add(
        "D007", "no request sends '${job.token}'", at: reader.place,
        help: "put it where the service takes its token, in 'submit'")
    }
    return life.map { .token(life: $0) }
  }

  private mutating func marking(_ reader: inout MappingReader, _ around: Around) -> RecoveryRule? {
    let mark = reader.required("mark", &problems).flatMap { pointer($0) }
    let valueNode = reader.optional("value")
    let usual = Template(parts: [.value(TemplateName(scope: "job", name: "mark"), [])])
    let value = valueNode == nil ? usual : valueNode.flatMap { node in needing(.ownName) { $0.ownText(node) } }
    if let value { checkTelling(value, "'value'", around, at: valueNode?.place ?? reader.place) }
    needList(around, "marked", at: reader.place)
    guard let mark, let value else { return nil }
    return .marked(at: mark, text: value)
  }

  private mutating func single(_ reader: inout MappingReader, _ around: Around) -> RecoveryRule? {
    let currentNode = reader.optional("current")
    let current = currentNode.flatMap { self.current($0) }
    let same = reader.optional("same").map { sameness($0) } ?? []
    if currentNode == nil { needList(around, "single", at: reader.place, withCreated: true, orCurrent: true) }
    return .single(current: current, same: same)
  }

  private mutating func lookalike(_ reader: inout MappingReader, _ around: Around) -> RecoveryRule? {
    let same = reader.required("same", &problems).map { sameness($0) } ?? []
    needList(around, "lookalike", at: reader.place, withCreated: true)
    return .lookalike(same: same)
  }

  // MARK: Parts

  private mutating func current(_ node: YAMLNode) -> CurrentTaskRule? {
    guard var reader = MappingReader(node, "'current'", code: "D001", &problems) else { return nil }
    let request = withinLookup { $0.request(&reader) }
    let task = reader.optional("task").flatMap { pick($0) }
    let id = reader.required("id", &problems).flatMap { pointer($0) }
    let created = reader.required("created", &problems).flatMap { pointer($0) }
    reader.finish(&problems)
    guard let request, let id, let created else { return nil }
    return CurrentTaskRule(call: request, task: task, id: id, created: created)
  }

  /// `{/pointer: template}`
  private mutating func sameness(_ node: YAMLNode) -> [Sameness] {
    guard let reader = MappingReader(node, "'same'", code: "D001", &problems) else { return [] }
    if reader.members.isEmpty { add("D001", "'same' is empty", at: node.place) }
    return reader.members.compactMap { pair in
      let pointer = pointer(pair.key)
      let value = withinLookup { $0.template(pair.value) }
      guard let pointer, let value else { return nil }
      return Sameness(pointer: pointer, value: value)
    }
  }

  /// A text that we choose for a task.
  private mutating func ownText(_ node: YAMLNode) -> Template? {
    withinLookup { $0.template(node) }
  }

  /// All that was asked for, apart from where the files go, which is made anew for each attempt.
  private mutating func withinLookup<Value>(_ body: (inout DescriptionReader) -> Value) -> Value {
    within(
      [
        "job": Self.jobNames, "window": ["start", "end"], "option": everyOption, "dataset": scopes["dataset"] ?? [],
      ], body)
  }

  /// A text by which a task is told must be another one for every attempt, and be sent.
  private mutating func checkTelling(_ text: Template, _ noun: String, _ around: Around, at place: SourcePlace) {
    let names = Set(text.names.filter { $0.scope == "job" }.map(\.name))
    guard !names.isDisjoint(with: TaskMark.tellingNames) || names.isSuperset(of: ["key", "attempt"]) else {
      return add(
        "D007", "\(noun) is not another one for every attempt", at: place,
        help: "put ${job.name} or ${job.mark} into it")
    }
    for name in names.subtracting(around.sent).sorted() {
      add("D007", "no request sends '${job.\(name)}'", at: place, help: "put it into 'submit'")
    }
  }

  private mutating func needList(
    _ around: Around, _ kind: String, at place: SourcePlace, withCreated: Bool = false, orCurrent: Bool = false
  ) {
    guard let listPlace = around.listPlace else {
      return add(
        "D001", "the class '\(kind)' needs 'list'\(orCurrent ? " or 'current'" : "")", at: place,
        help: "tell the list of tasks beside 'recover'")
    }
    if withCreated, let list = around.list, list.created == nil {
      add("D001", "'list' needs 'created' for the class '\(kind)'", at: listPlace)
    }
  }
}
