// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

extension PlanGraph.Format: ExpressibleByArgument {}

struct GraphCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw the plan's jobs and what they wait for.",
    discussion: """
      A plan file is drawn as it is; a manifest is planned now, or at --as-of.

      """ + ExitStatus.help)

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

  func validate() throws {
    guard common.output == .text || format == nil || format == .json else {
      throw ValidationError("--output json and --format \(format?.rawValue ?? "") are two wishes; leave one out")
    }
    try input.refuseVariables()
  }

  func run() async throws {
    let format = format ?? (common.output == .json ? .json : .dot)
    let source = try PlanSource(input.manifest, input.variables)
    let whole = try await source.expand(asOf: input.asOf?.instant ?? WallClock().now, catalogue.inquiry(common))
    let plan = try selection.select(from: whole, state: input.stateDirectory(nil))
    Console.bytes(Array(PlanGraph.text(of: plan, as: format, isFolded: fold).utf8))
  }
}
