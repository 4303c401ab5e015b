// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Expand a manifest into a plan: every job, its window as asked and as sent, and what it waits for.",
    discussion: """
      The same manifest, variables, descriptions and --as-of give the same bytes anywhere: the plan itself never \
      looks at a network or the ledger. What is printed beside it says how many of its jobs are due.

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

  @Flag(help: "End with 2 instead of 0 when the plan has jobs that are due by the ledger.")
  var detailedExitcode = false

  @Option(
    help: ArgumentHelp("The state that says what is due, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  func validate() throws {
    if check != nil { try selection.refuseStatus("a plan file that is checked has none") }
    guard check == nil || (out == nil && !detailedExitcode && state == nil) else {
      throw ValidationError("--check only compares; it does not go with --out, --detailed-exitcode or --state")
    }
  }

  func run() async throws {
    if let check { return try compare(with: check) }
    let file = try selection.select(from: try input.plan(), state: input.stateDirectory(state))
    if let out {
      do {
        try Data(file.bytes).write(to: URL(fileURLWithPath: out), options: .atomic)
      } catch {
        throw ProjectError.unwritable(path: out, reason: FileProblem.reason(error))
      }
    }
    // The plan in JSON needs no ledger.
    if common.output == .json { Console.bytes(file.bytes) }
    guard common.output == .text || detailedExitcode else { return }
    let dues = try Ledger(directory: input.stateDirectory(state)).dues(of: file.plan, at: WallClock().now)
    if common.output == .text { Console.line(PlanSummary(file, dues: dues).text) }
    if detailedExitcode, dues.contains(where: \.isDue) { throw StatusError(status: .difference) }
  }

  private func compare(with path: String) throws {
    let kept = try PlanFile(reading: path)
    let whole = try input.project().plan(asOf: input.asOf?.instant ?? kept.plan.asOf)
    // The kept plan was made with the same selection, and is what it is.
    let made = try selection.select(from: whole, state: input.stateDirectory(nil))
    let difference = PlanDifference(from: kept.plan, to: made.plan)
    guard made.digest != kept.digest else {
      return Console.line(
        common.output == .json ? difference.render(as: .json) : "\(path): up to date, \(kept.plan.jobs.count) jobs")
    }
    Console.line(difference.render(as: common.output == .json ? .json : .text))
    throw StatusError(status: .difference)
  }
}
