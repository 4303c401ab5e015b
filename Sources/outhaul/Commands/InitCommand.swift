// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct InitCommand: ParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a manifest to begin with, which validates.",
    discussion: """
      On a terminal, what no option says is asked for; with --no-input, or elsewhere, defaults are taken. Values that \
      only you know stand as placeholders with '# yours' behind them.

      """ + ExitStatus.help)

  @Argument(help: "Where to write.", completion: .file(extensions: ["yaml", "yml"]))
  var file = "manifest.yaml"

  @Option(help: "What runs and reports are called.")
  var name: String?

  @Option(help: ArgumentHelp("A bundled description.", valueName: "name"), completion: .list(ManifestDraft.services))
  var service = "azure-mobile-engagement"

  @Option(help: ArgumentHelp("A parameter of the service; may be repeated.", valueName: "name=value"))
  var param: [Variable] = []

  @Option(
    help: ArgumentHelp("An app, with its parameters in the service's order; may be repeated.", valueName: "name=a/b"))
  var app: [Variable] = []

  @Option(
    help: ArgumentHelp("A dataset; may be repeated. All, unless said.", valueName: "name"),
    completion: .list(ManifestNames.datasets))
  var dataset: [String] = []

  @Option(
    help: ArgumentHelp("How long a window is: day, week, month or an ISO 8601 duration.", valueName: "period"),
    completion: .list(["hour", "day", "week", "month"]))
  var every = "day"

  @Option(help: ArgumentHelp("The first day; without it, the last seven days.", valueName: "day"))
  var from: String?

  @Option(help: ArgumentHelp("A folder, or the URL of a container.", valueName: "path|url"))
  var destination: String?

  @Option(
    help: ArgumentHelp(
      "What the line for editors names; without it manifest.schema.json, which is written beside the manifest.",
      valueName: "path|url"))
  var schema: String?

  @Flag(help: "Write over a file that is there.")
  var force = false

  @Flag(help: "Ask nothing.")
  var noInput = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let url = URL(fileURLWithPath: file)
    guard force || !FileManager.default.fileExists(atPath: url.path) else {
      throw ValidationError("'\(file)' is there already; --force writes over it")
    }
    guard let traits = ManifestDraft.traits(of: service) else {
      let help = Suggestion.help(for: service, in: ManifestDraft.services) ?? ""
      throw ValidationError("no service description is called '\(service)': \(help)")
    }
    let draft = try draft(traits)
    let text = draft.text(traits)
    try check(text, of: draft, beside: url)
    try write(Array(text.utf8), to: url)
    if schema == nil {
      let beside = url.deletingLastPathComponent().appendingPathComponent(ManifestDraft().schema)
      if !FileManager.default.fileExists(atPath: beside.path) { try write(BundledSchema.manifest.bytes, to: beside) }
    }
    switch common.output {
    case .text: Console.line("\(file): written; look at what is marked '# yours', then: outhaul validate \(file)")
    case .json: Console.line(JSONValue.object(["file": .string(file), "init": 1]).canonicalText)
    }
  }

  private func write(_ bytes: [UInt8], to url: URL) throws {
    do {
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw ProjectError.unwritable(path: url.lastPathComponent, reason: FileProblem.reason(error))
    }
  }

  private func draft(_ traits: ServiceTraits) throws -> ManifestDraft {
    var draft = ManifestDraft()
    draft.name = name ?? ask("Name", or: draft.name)
    draft.service = service
    draft.parameters = Dictionary(param.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    for param in param where !traits.parameters.contains(where: { $0.name == param.name }) {
      let help = Suggestion.help(for: param.name, in: traits.parameters.map(\.name)) ?? "it has none"
      throw ValidationError("--param \(param.name)=\(param.value): \(service) has no such parameter; \(help)")
    }
    let required = traits.appParameters.filter(\.isRequired).map(\.name)
    let shape = required.joined(separator: "/").uppercased()
    var apps = app
    if apps.isEmpty, let asked = Variable(argument: ask("App, as NAME=\(shape)", or: "")) { apps = [asked] }
    draft.apps = try apps.map { app in
      let values = app.value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard values.count == required.count, !values.contains("") else {
        throw ValidationError("--app \(app.name)=\(app.value): write \(app.name)=\(shape)")
      }
      return ManifestDraft.App(name: app.name, values: values)
    }
    for dataset in dataset where traits.dataset(typed: dataset) == nil {
      let help = Suggestion.help(for: dataset, in: traits.datasets.map(\.name)) ?? ""
      throw ValidationError("unknown dataset '\(dataset)' for --dataset: \(help)")
    }
    (draft.datasets, draft.every, draft.from) = (dataset, every, from)
    let landing = destination ?? ask("Folder or container URL for files", or: "exports")
    if landing.contains("://") {
      draft.destination = .container(landing)
    } else if case .directory(_, let staging) = draft.destination {
      draft.destination = .directory(landing, staging: staging)
    }
    if let schema { draft.schema = schema }
    return draft
  }

  /// Holds the text against all that `validate` does, before it takes its name.
  /// - Throws: `ValidationError` that names the options whose values do not do.
  private func check(_ text: String, of draft: ManifestDraft, beside url: URL) throws {
    let trial = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: trial) }
    do {
      try Data(text.utf8).write(to: trial)
    } catch {
      throw ProjectError.unwritable(path: file, reason: FileProblem.reason(error))
    }
    do {
      let project = try Project(path: trial.path, variables: [:], environment: [:])
      _ = try project.plan(asOf: WallClock().now)
    } catch ProjectError.invalid(let diagnostics) {
      let errors = diagnostics.all.filter { $0.severity == .error }
      throw ValidationError(errors.map { words($0, of: draft) }.joined(separator: "\n"))
    }
  }

  /// A problem of the text as one of the option that it came from.
  private func words(_ problem: Diagnostic, of draft: ManifestDraft) -> String {
    let help = problem.help.map { "; \($0)" } ?? ""
    let option =
      switch problem.place.flatMap({ draft.answer(at: $0) }) {
      case .name: "--name '\(draft.name)'"
      case .every: "--every '\(draft.every)'"
      case .from: "--from '\(draft.from ?? "")'"
      case .destination: "--destination '\(destination ?? "")'"
      case .dataset: "--dataset \(draft.datasets.map { "'\($0)'" }.joined(separator: ", "))"
      case .parameter(let name): "--param '\(name)=\(draft.parameters[name] ?? "")'"
      case .app(let name): "--app '\(name)'"
      case nil: "these answers"
      }
    return "\(problem.message) for \(option)\(help)"
  }

  private func ask(_ question: String, or standard: String) -> String {
    guard !noInput, isatty(STDIN_FILENO) == 1, Console.isErrorTerminal else { return standard }
    Console.prompt(standard.isEmpty ? "\(question): " : "\(question) [\(standard)]: ")
    let answer = readLine()?.split(separator: " ").joined(separator: " ") ?? ""
    return answer.isEmpty ? standard : answer
  }
}
