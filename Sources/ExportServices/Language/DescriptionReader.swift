// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// Reads a description and checks it whole. Codes: D001 form, D002 template, D003 a name that nothing declares,
/// D004 a pick, D005 a word of a closed list, D006 a number, duration or rate, D007 a recovery that cannot work.
struct DescriptionReader {
  /// Keys of the full language that this program does not know yet.
  static let later: Set<String> = [
    "auth", "keeps", "tidy", "steps", "links", "pages", "answer", "progress", "lag", "oldest", "max", "starts",
  ]

  var problems: DiagnosticList
  let file: SourceFile
  /// What templates may name, by scope; filled while reading.
  var scopes: [String: Set<String>] = [
    "job": DescriptionReader.jobNames.union(["delivery"]), "window": ["start", "end"], "task": ["id"],
  ]
  /// What has been named so far.
  var named: Set<TemplateName> = []
  /// Parameters whose values each job completes.
  var templates: Set<TemplateName> = []
  /// Of every dataset.
  var everyOption: Set<String> = []
  var root: Template?

  static let jobNames: Set<String> = ["mark", "format", "key", "attempt", "name", "token"]

  init(_ file: SourceFile, _ problems: DiagnosticList) { (self.file, self.problems) = (file, problems) }

  mutating func read(_ node: YAMLNode) -> ServiceDescription? {
    guard var top = MappingReader(node, "the description", code: "D001", &problems) else { return nil }
    let name = top.required("service", &problems).flatMap { text($0, "'service'") }
    let revision = top.required("revision", &problems).flatMap { int($0, "'revision'") }
    let title = top.optional("title").flatMap { text($0, "'title'") } ?? name ?? ""
    let base = top.required("base", &problems).flatMap { text($0, "'base'") }
    let parameters = top.optional("params").map { self.parameters($0, scope: "param") } ?? []
    let appParameters = top.optional("app_params").map { self.parameters($0, scope: "app") } ?? []
    let secrets = top.optional("secrets").map { self.secrets($0) } ?? []
    let formats = top.required("formats", &problems).map { formatWords($0) } ?? []
    let limits = top.required("limits", &problems).flatMap { self.limits($0, appParameters) }
    // Facts come before the templates that name them.
    let facts = top.optional("facts").map { self.facts($0) } ?? [:]
    root = top.optional("root").flatMap { template($0) }
    let datasets = top.required("datasets", &problems).map { self.datasets($0) } ?? []
    let catalogue = top.optional("catalogue").flatMap { self.catalogue($0, appParameters) }
    let submitNode = top.required("submit", &problems)
    let submit = submitNode.flatMap { self.submit($0) }
    let sent = Set(named.filter { $0.scope == "job" }.map(\.name))
    let poll = top.required("poll", &problems).flatMap { self.poll($0) }
    let state = top.required("state", &problems).flatMap { self.state($0) }
    let refusalsNode = top.required("refusals", &problems)
    let refusals = refusalsNode.map { self.refusals($0) } ?? []
    let result = top.required("result", &problems).flatMap { self.result($0) }
    let listNode = top.optional("list")
    let list = listNode.flatMap { taskList($0) }
    let cancel = top.optional("cancel").flatMap { self.cancel($0) }
    let recoverNode = top.required("recover", &problems)
    let recovery = recoverNode.flatMap { recover(Around(node: $0, sent: sent, listPlace: listNode?.place, list: list)) }
    top.finish(later: Self.later, &problems)
    if let submit, let submitNode, let recovery { check(submit.id, of: recovery.kind, at: submitNode.place) }
    if let recovery, recovery.kind != .named, let refusalsNode, refusals.contains(where: { $0.means == .exists }) {
      add("D007", "'exists' is for services of the class 'named'", at: refusalsNode.place)
    }
    guard let name, let revision, let base, let limits, let submit, let poll, let state, let result, let recovery else {
      return nil
    }
    var traits = ServiceTraits(
      name: name, revision: revision, digest: Digest(of: file.bytes), base: base, parameters: parameters,
      appParameters: appParameters, datasets: datasets.map(\.traits), formats: formats.map(\.word),
      limits: limits.limits, recovery: recovery.kind, polling: poll.rule)
    traits.hasCatalogue = catalogue != nil
    traits.sharedLimits = limits.shared
    traits.listPage = list?.page
    traits.canCancel = cancel != nil
    traits.secrets = secrets
    if case .token(let life) = recovery { traits.tokenLife = life }
    return ServiceDescription(
      traits: traits, title: title, formats: Dictionary(formats.map { ($0.word, $0.wire) }) { a, _ in a },
      datasets: Dictionary(datasets.map { ($0.traits.name, $0.rule) }) { a, _ in a }, submit: submit.request,
      submitStatuses: submit.statuses, taskID: submit.id, poll: poll.request, pollTask: poll.task, obey: poll.obey,
      state: state, facts: facts, refusals: refusals, remaining: limits.remaining, list: list, recovery: recovery,
      cancel: cancel, result: result, catalogue: catalogue)
  }

  /// Where the service names its tasks it must say how; where we do, its name would go unused.
  private mutating func check(_ id: Pick?, of kind: RecoveryClass, at place: SourcePlace) {
    switch (kind, id) {
    case (.named, .some): add("D001", "'submit' takes no 'id' where 'recover' names the task", at: place)
    case (.named, nil): break
    case (_, nil): add("D001", "'submit' needs 'id'", at: place)
    default: break
    }
  }

  mutating func add(_ code: String, _ message: String, at place: SourcePlace, help: String? = nil) {
    problems.add(Diagnostic(code: code, message, at: place, help: help))
  }
}
