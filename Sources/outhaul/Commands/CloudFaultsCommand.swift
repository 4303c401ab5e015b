// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import LocalCloud

extension CloudCommand {
  struct Faults: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "faults",
      abstract: "List what can be asked to go wrong with --fault.",
      discussion: ExitStatus.help)

    @OptionGroup var common: CommonOptions

    func run() {
      switch common.output {
      case .json: Console.line(CloudText.faultsJSON())
      case .text: Console.line(CloudText.faults())
      }
    }
  }
}
