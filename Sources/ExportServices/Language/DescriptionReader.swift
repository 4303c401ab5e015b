// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// Reads a description and checks it whole. `DescriptionCodes` says what its codes stand for.
struct DescriptionReader {
  var problems: DiagnosticList
  let file: SourceFile
  /// What templates may name, by scope; filled while reading.
  var scopes: [String: Set<String>] = [
    "job": DescriptionReader.jobNames.union(["delivery"]), "window": ["start", "end"], "task": ["id"],
  ]
  /// Of parameters.
  var kinds: [TemplateName: ParameterTraits.Kind] = [:]
  /// What has been named so far.
  var named: Set<TemplateName> = []
  /// Every naming, in the order of reading.
  var uses: [Use] = []
  /// Of the template that is being read.
  var need: Need?
  /// The dataset that is being read, and which of its forms.
  var datasetBeingRead: String?
  var formBeingRead: Int?
  /// Where each form stands.
  var formPlaces: [FormPlace: SourcePlace] = [:]
  /// Parameters whose values each job completes.
  var templates: Set<TemplateName> = []
  /// Of every dataset.
  var everyOption: Set<String> = []
  /// Why a secret cannot stand in what is being read; `nil`: it can.
  var secretRefusal: SecretRefusal?
  /// There is a pick of XML.
  var readsXML = false
  var root: Template?

  static let jobNames: Set<String> = ["mark", "format", "key", "attempt", "name", "token"]

  init(_ file: SourceFile, _ problems: DiagnosticList) { (self.file, self.problems) = (file, problems) }

  mutating func read(_ node: YAMLNode) -> ServiceDescription? {
    guard var top = MappingReader(node, "the description", code: "D001", &problems) else { return nil }
    let name = top.required("service", &problems).flatMap { text($0, "'service'") }
    // A day may be one, such as 20160131.
    let revision = top.required("revision", &problems).flatMap { int($0, "'revision'", most: 999_999_999) }
    let title = top.optional("title").flatMap { text($0, "'title'") } ?? name ?? ""
    let docs = top.optional("docs").flatMap { self.docs($0) }
    let retired = top.optional("retired").flatMap { self.retired($0) }
    let keeps = top.optional("keeps").map { self.keeps($0) } ?? KeepRule()
    let baseNode = top.required("base", &problems)
    let parameters = top.optional("params").map { self.parameters($0, scope: "param") } ?? []
    let appParameters = top.optional("app_params").map { self.parameters($0, scope: "app") } ?? []
    learn(parameters, "param")
    learn(appParameters, "app")
    let secrets = top.optional("secrets").map { self.secrets($0) } ?? []
    let authNode = top.optional("auth")
    let auth = authNode == nil ? AuthRule.credential(.management) : authNode.flatMap { self.auth($0) }
    let base = baseNode.flatMap { self.base($0) }
    let formats = top.required("formats", &problems).map { formatWords($0) } ?? []
    let limits = top.required("limits", &problems).flatMap { self.limits($0, appParameters) }
    // Facts come before the templates that name them.
    let facts = top.optional("facts").map { self.facts($0) } ?? [:]
    root = top.optional("root").flatMap { node in withoutSecrets(.inURL) { $0.path(node) } }
    let datasets = top.required("datasets", &problems).map { self.datasets($0) } ?? []
    let catalogue = top.optional("catalogue").flatMap { node in withoutSecrets { $0.catalogue(node, appParameters) } }
    let rules = Dictionary(datasets.map { ($0.traits.name, $0.rule) }) { a, _ in a }
    let sentByForms = Set(named.filter { $0.scope == "job" }.map(\.name))
    let submitNode = top.required("submit", &problems)
    let steps = submitNode.map { self.submit($0) } ?? []
    let sent = (steps.filter { $0.id != nil }.first.map { [$0] } ?? steps).reduce(sentByForms) { $0.union($1.jobNames) }
    let pollNode = top.required("poll", &problems)
    let poll = pollNode.flatMap { self.poll($0) }
    let stateNode = top.required("state", &problems)
    let state = stateNode.flatMap { self.state($0) }
    let refusalsNode = top.required("refusals", &problems)
    let refusals = refusalsNode.map { self.refusals($0) } ?? []
    let result = top.required("result", &problems).flatMap { node in
      withoutSecrets { $0.result(node, sent: sent) }
    }
    let listNode = top.optional("list")
    let list = listNode.flatMap { taskList($0) }
    let cancel = top.optional("cancel").flatMap { taskCall($0, "'cancel'") }
    let tidy = top.optional("tidy").flatMap { taskCall($0, "'tidy'") }
    let recoverNode = top.required("recover", &problems)
    let recovery = recoverNode.flatMap { node in
      withoutSecrets { $0.recover(Around(node: node, sent: sent, listPlace: listNode?.place, list: list)) }
    }
    top.finish(&problems)
    let submit = submitNode.flatMap { submitRule(steps, recovery, rules, at: $0.place) }
    if let submit, let state, let stateNode { checkMade(submit, state, at: stateNode.place) }
    if let recovery, recovery.kind != .named, let refusalsNode, refusals.contains(where: { $0.means == .exists }) {
      add("D007", "'exists' is for services of the class 'named'", at: refusalsNode.place)
    }
    if let recovery, let poll, let pollNode { check(poll.request, for: recovery, at: pollNode.place) }
    if let state, let list, let listNode { check(list, for: state, at: listNode.place) }
    checkUses(
      Given(
        names: [
          "param": Self.given(parameters), "app": Self.given(appParameters),
          "secret": Set(secrets.filter(\.isRequired).map(\.name)),
        ], datasets: datasets.map { GivenDataset($0) }))
    guard let name, let revision, let base, let limits, let submit, let poll, let state, let result, let recovery,
      let auth
    else { return nil }
    var traits = ServiceTraits(
      name: name, revision: revision, digest: Digest(of: file.bytes), base: base.text,
      parameters: parameters.map { hostPart($0, base.names) }, appParameters: appParameters,
      datasets: datasets.map(\.traits), formats: formats.map(\.word), limits: limits.limits, recovery: recovery.kind,
      polling: poll.rule)
    traits.hasCatalogue = catalogue != nil
    traits.sharedLimits = limits.shared
    traits.listPage = list?.page
    traits.canCancel = cancel != nil
    traits.tidies = tidy != nil
    traits.secrets = secrets
    traits.delivery = result.delivery
    traits.proof = auth.proof
    if case .token(let life) = recovery { traits.tokenLife = life }
    var description = ServiceDescription(
      traits: traits, title: title, formats: Dictionary(formats.map { ($0.word, $0.wire) }) { a, _ in a },
      auth: auth, datasets: rules, submit: submit, poll: poll.request, pollTask: poll.task, obey: poll.obey,
      state: state,
      facts: facts, refusals: refusals, remaining: limits.remaining, list: list, recovery: recovery, cancel: cancel,
      tidy: tidy, result: result, catalogue: catalogue, readsXML: readsXML)
    (description.docs, description.retired, description.keeps) = (docs, retired, keeps)
    return description
  }

  private mutating func learn(_ parameters: [ParameterTraits], _ scope: String) {
    for parameter in parameters { kinds[TemplateName(scope: scope, name: parameter.name)] = parameter.kind }
  }

  /// A parameter that stands in the base names a host or a part of one, whatever else may be said of it.
  private func hostPart(_ parameter: ParameterTraits, _ names: Set<String>) -> ParameterTraits {
    guard names.contains(parameter.name), parameter.kind == .text, parameter.pattern == nil else { return parameter }
    var parameter = parameter
    parameter.pattern = Self.hostPattern
    return parameter
  }

  /// A task of our own name is looked for by asking for it.
  private mutating func check(_ poll: RequestTemplate, for recovery: RecoveryRule, at place: SourcePlace) {
    guard recovery.kind == .named, !poll.names.contains(TemplateName(scope: "task", name: "id")) else { return }
    add(
      "D007", "'poll' does not ask for the task by its name", at: place,
      help: "the class 'named' looks a task up by it: put ${task.id} into the request")
  }

  /// An answer's status tells of the list, not of its items.
  private mutating func check(_ list: TaskListRule, for state: StateRule, at place: SourcePlace) {
    guard list.page != nil, !state.isOfBody else { return }
    add(
      "D012", "'page' looks at tasks by their list, and 'state' is not read from the body", at: place,
      help: "take 'page' out: tasks are looked at one by one then")
  }

  mutating func add(_ code: String, _ message: String, at place: SourcePlace, help: String? = nil) {
    problems.add(Diagnostic(code: code, message, at: place, help: help))
  }
}
