// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

extension PlanDifference.Format: ExpressibleByArgument {}

struct DiffCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Tell what one plan has that another has not.",
    discussion: """
      Each side is a plan file, or a manifest that is planned now: at --as-of, else at the as-of instant of the plan \
      file on the other side, else at the present. Jobs are grouped by export and range of windows. The status is 2 \
      when there is a difference.

      """ + ExitStatus.help)

  @Argument(help: "The plan or manifest that was.", completion: .file(extensions: ["json", "yaml", "yml"]))
  var old: String

  @Argument(help: "The plan or manifest that is.", completion: .file(extensions: ["json", "yaml", "yml"]))
  var new: String

  @OptionGroup var variables: VariableOptions
  @OptionGroup var catalogue: CatalogueOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var common: CommonOptions

  @Option(help: "text, markdown (for a pull request) or json.")
  var format: PlanDifference.Format?

  @Flag(help: "Name every job, every range of windows and every setting, however many.")
  var all = false

  func validate() throws {
    try selection.refuseStatus("two plans have none")
    guard common.output == .text || format == nil || format == .json else {
      throw ValidationError("--output json and --format \(format?.rawValue ?? "") are two wishes; leave one out")
    }
  }

  func run() async throws {
    let before = try PlanSource(old, variables)
    let after = try PlanSource(new, variables)
    let asOf = variables.asOf?.instant ?? before.file?.plan.asOf ?? after.file?.plan.asOf ?? WallClock().now
    let old = try await before.expand(asOf: asOf, catalogue.inquiry(common))
    let new = try await after.expand(asOf: asOf, catalogue.inquiry(common))
    let sides = try selection.select(from: (old, new))
    let difference = PlanDifference(from: sides.0, to: sides.1)
    Console.line(difference.render(as: format ?? (common.output == .json ? .json : .text), listsJobs: all))
    if !difference.isEmpty { throw StatusError(status: .difference) }
  }
}
