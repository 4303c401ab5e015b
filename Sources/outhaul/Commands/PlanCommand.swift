// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct PlanCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Expand a manifest into a plan: every job, its window as asked and as sent, and what it waits for.",
    discussion: """
      The same manifest, variables, descriptions, catalogue and --as-of give the same bytes anywhere: the plan itself \
      never looks at a network or the ledger. What a manifest leaves to a service to tell, its apps or its campaigns, \
      is asked for first and stands in the plan. What is printed beside it says how many of its jobs are due.

      """ + ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var common: CommonOptions

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Write the plan to a file.", valueName: "file"), completion: .file(extensions: ["json"]))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Plan at the as-of instant of this plan file, and tell what is no longer as it says; the status is then 2.",
      valueName: "file"), completion: .file(extensions: ["json"]))
  var check: String?

  @OptionGroup var catalogue: CatalogueOptions

  @Flag(help: "With --check: take apps and campaigns from the plan file instead of asking the services again.")
  var frozen = false

  @Flag(help: "End with 2 instead of 0 when the plan has jobs that are due by the ledger.")
  var detailedExitcode = false

  @Option(
    help: ArgumentHelp("The state that says what is due, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  func validate() throws {
    guard !frozen || (check != nil && !catalogue.local) else {
      throw ValidationError("--frozen asks nobody and goes with --check, not with --local")
    }
    if check != nil { try selection.refuseStatus("a plan file that is checked has none") }
    guard check == nil || (out == nil && !detailedExitcode && state == nil) else {
      throw ValidationError("--check only compares; it does not go with --out, --detailed-exitcode or --state")
    }
  }

  func run() async throws {
    if let check { return try await compare(with: check) }
    let project = try input.project()
    let target = try out.map { try OutputFile($0, besides: project) }
    try target?.refuseOther()
    let whole = try await catalogue.inquiry(common, tells: true).expand(
      project, in: input.folder, asOf: input.asOf?.instant ?? WallClock().now)
    let file = PlanFile(try selection.select(from: whole, state: input.stateDirectory(state)))
    try target?.write { try file.save(to: $0) }
    // The plan in JSON needs no ledger.
    if common.output == .json { file.write { Console.bytes($0) } }
    guard common.output == .text || detailedExitcode else { return }
    let now = WallClock().now
    let (dues, history) = try Ledger(directory: input.stateDirectory(state)).outlook(of: file.plan, at: now)
    if common.output == .text {
      let forecast = try Forecast(
        file.plan, dues: dues, history: history, traits: project.traits, folder: input.folder, at: now)
      let summary = PlanSummary(file, dues: dues, forecast: forecast, traits: project.traits, now: now)
      Console.line(summary.text)
    }
    if detailedExitcode, dues.contains(where: \.isDue) { throw StatusError(status: .difference) }
  }

  private func compare(with path: String) async throws {
    let kept = try PlanFile(reading: path)
    let project = try input.project()
    let asOf = input.asOf?.instant ?? kept.plan.asOf
    let whole =
      frozen
      ? try project.answered(by: kept.plan).expand(asOf: asOf)
      : try await catalogue.inquiry(common, tells: true).expand(project, in: input.folder, asOf: asOf)
    // The kept plan was made with the same selection, and is what it is.
    let made = PlanFile(try selection.select(from: whole, state: input.stateDirectory(nil)))
    guard made.digest != kept.digest else {
      return Console.line(
        common.output == .json
          ? PlanDifference.none.render(as: .json) : "\(path): up to date, \(Count.words(kept.plan.jobs.count, "job"))")
    }
    let difference = PlanDifference(from: kept.plan, to: made.plan)
    Console.line(difference.render(as: common.output == .json ? .json : .text))
    throw StatusError(status: .difference)
  }
}
