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
  @OptionGroup var common: CommonOptions

  @Option(help: "dot (Graphviz) or mermaid.")
  var format: PlanGraph.Format = .dot

  func run() async throws {
    let drawing = PlanGraph.text(of: try input.plan().plan, as: format)
    switch common.output {
    case .text: Console.bytes(Array(drawing.utf8))
    case .json:
      var writer = JSONWriter()
      writer.beginObject()
      writer.member("format", format.rawValue)
      writer.member("graph", drawing)
      writer.endObject()
      Console.line(writer.text)
    }
  }
}
