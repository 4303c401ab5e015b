// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

extension PlanGraph.Format: ExpressibleByArgument {}

struct GraphCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw the plan's jobs and what they wait for.",
    discussion: ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var catalogue: CatalogueOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var common: CommonOptions

  @Option(help: "dot (Graphviz), mermaid or json; --output json means json.")
  var format: PlanGraph.Format?

  @Flag(
    inversion: .prefixedNo,
    help: "Draw a node for each export instead of each job; so it is above \(PlanGraph.foldLimit) nodes.")
  var fold: Bool?

  func run() async throws {
    let format = format ?? (common.output == .json ? .json : .dot)
    let plan = try selection.select(
      from: try await catalogue.inquiry(common).expand(input), state: input.stateDirectory(nil))
    Console.bytes(Array(PlanGraph.text(of: plan, as: format, isFolded: fold).utf8))
  }
}
