// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct GapsCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "gaps",
    abstract: "Tell what is missing over all runs: windows without a verified result, and why.",
    discussion: """
      Every window of the plan is held against the ledger. A hole is a window that is ripe, or the snapshot of now, and \
      has no verified result: never exported, failed before, in flight, artifact missing or definition changed. The \
      status is 2 when there is one. A snapshot that was missed is told and is no hole, because no run brings it back; \
      nor is what is not ripe, beyond catch_up or no longer kept by its service.

      """ + ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp("The state with the ledger, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  @Flag(help: "Look at the ledger of rehearsals, in DIR/local, and ask a local cloud for apps and campaigns.")
  var local = false

  @Flag(help: "Show every calendar and every range, however many.")
  var all = false

  func validate() throws { try input.refuseVariables() }

  func run() async throws {
    let source = try PlanSource(input.manifest, input.variables)
    let whole = try await source.expand(
      asOf: input.asOf?.instant ?? WallClock().now, Inquiry(local: local, tells: true, logger: common.logger))
    let plan = try selection.select(from: whole, state: directory)
    let gaps = Gaps(plan, records: try Ledger(directory: directory).planRecords(of: plan), at: WallClock().now)
    let fill = gaps.filling.map { CommandText.line(command(selecting: $0)) }
    switch common.output {
    case .json: gaps.writeJSON(fill: fill) { Console.bytes($0) }
    case .text:
      let text = GapsText(
        gaps, width: Console.width, isColoured: common.isColoured, showsAll: all, fill: fill)
      Console.line(text.text)
    }
    if gaps.holes > 0 { throw StatusError(status: .difference) }
  }

  private var directory: URL { input.stateDirectory(state, local: local) }

  /// The run that takes up what is selected here and has the holes.
  private func command(selecting filling: String) -> [String] {
    var words = input.runCommand(state: state, local: local)
    let terms = filling.split(separator: ",")
    let selected = (selection.select.isEmpty ? [""] : selection.select).map { given in
      let known = given.split(separator: ",")
      return (known + terms.filter { !known.contains($0) }).joined(separator: ",")
    }
    words += selected.flatMap { ["--select", $0] }
    return words + selection.exclude.flatMap { ["--exclude", $0] }
  }
}
