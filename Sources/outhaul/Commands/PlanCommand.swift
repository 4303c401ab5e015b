// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Expand a manifest into a plan: every job, its window as asked and as sent, and what it waits for.",
    discussion: """
      The same manifest, variables, descriptions and --as-of give the same bytes anywhere. No network, no ledger.

      """ + ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var common: CommonOptions

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Write the plan to a file.", valueName: "file"), completion: .file(extensions: ["json"]))
  var out: String?

  func run() async throws {
    let file = try input.plan()
    if let out {
      do {
        try Data(file.bytes).write(to: URL(fileURLWithPath: out), options: .atomic)
      } catch {
        throw ProjectError.unwritable(path: out, reason: error.localizedDescription)
      }
    }
    switch common.output {
    case .json: Console.bytes(file.bytes)
    case .text: Console.line(PlanSummary(file).text)
    }
  }
}
