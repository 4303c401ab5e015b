// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct ExplainCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what a code of a diagnostic means, or all that is known of a job.",
    discussion: """
      A job is named by its title (history/shop-ios/event/2016-01-31; with the format before the window where its export \
      has several), its key or six digits of it, and looked up in the \
      manifest or plan file that follows: where it comes from, what will be sent, what it waits for, whether it is due.

      """ + ExitStatus.help)

  @Argument(
    help: ArgumentHelp("A code such as M014, or a job. Without one, all codes are listed.", valueName: "subject"),
    completion: .list(DiagnosticCatalogue.all.map(\.code)))
  var subject: String?

  @Argument(
    help: ArgumentHelp("The manifest or the plan file that has the job.", valueName: "manifest|plan.json"),
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var source: String?

  @OptionGroup var variables: VariableOptions
  @OptionGroup var catalogue: CatalogueOptions
  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp("The state that says what is due, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  func validate() throws {
    if let source {
      guard !PlanSource.isPlan(source) || !variables.isUsed else {
        throw ValidationError("a plan file is as it is; --var, --var-file and --as-of are for manifests")
      }
      return
    }
    guard !variables.isUsed, state == nil else {
      throw ValidationError("codes need no manifest; --var, --var-file, --as-of and --state are for jobs")
    }
    guard let subject, DiagnosticCatalogue.entry(subject) == nil else { return }
    guard !subject.contains("/") else {
      throw ValidationError("say which manifest or plan has the job: outhaul explain \(subject) manifest.yaml")
    }
    let help =
      DiagnosticCatalogue.suggestion(for: subject).map { "did you mean '\($0)'?" } ?? "'outhaul explain' lists them all"
    throw ValidationError("unknown code '\(subject)': \(help)")
  }

  func run() async throws {
    if let subject, let source { return try await explain(subject, of: source) }
    guard let entry = subject.flatMap({ DiagnosticCatalogue.entry($0) }) else { return list() }
    switch common.output {
    case .text: Console.line(Explanation(entry).text)
    case .json: Console.line(Explanation(entry).json)
    }
  }

  private func explain(_ subject: String, of path: String) async throws {
    let source = try PlanSource(path, variables)
    let asOf = variables.asOf?.instant ?? WallClock().now
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let inquiry = catalogue.inquiry(common)
    var project = source.project
    if let asked = project { project = try await inquiry.answered(asked, in: folder) }
    let plan: Plan
    var shared: SharedJobs?
    if let project {
      plan = try project.expand(asOf: asOf)
      shared = project.shared(asOf: asOf)
    } else {
      plan = try await source.expand(asOf: asOf, inquiry)
    }
    let index: Int
    do { index = try plan.job(named: subject, shared: shared) } catch { throw ValidationError("\(error)") }
    let explanation = try JobExplanation(
      index, of: plan, project: project, shared: shared, folder: folder,
      state: state.map { URL(fileURLWithPath: $0) } ?? folder.appendingPathComponent(".outhaul"), at: WallClock().now)
    Console.line(common.output == .json ? explanation.json : explanation.text)
  }

  private func list() {
    let all = DiagnosticCatalogue.all
    switch common.output {
    case .text: Console.line(all.map { "\($0.code)  \($0.title)" }.joined(separator: "\n"))
    case .json: Console.line(Explanation.json(all))
    }
  }
}
