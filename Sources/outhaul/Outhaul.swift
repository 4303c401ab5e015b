// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

/// The command. Everything that prints, reads the environment, handles signals or exits is in this target.
@main
struct Outhaul: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "outhaul",
    abstract: "Export apps over time windows, reproducibly, and prove that every file arrived.",
    discussion: ExitStatus.help,
    version: version,
    subcommands: [
      ValidateCommand.self, PlanCommand.self, DiffCommand.self, GraphCommand.self, RunCommand.self, CancelCommand.self,
      StatusCommand.self, RunsCommand.self, ReportCommand.self, GapsCommand.self, VerifyCommand.self,
      CompareCommand.self, AppsCommand.self,
      ExplainCommand.self, FmtCommand.self, InitCommand.self,
      SchemaCommand.self, ManualCommand.self, ServiceCommand.self, DoctorCommand.self,
      CloudCommand.self,
    ])

  static func main() async {
    // A reader that goes away is an error of the write, and no end of a run.
    signal(SIGPIPE, SIG_IGN)
    var parsed: (any ParsableCommand)?
    do {
      var command = try parseAsRoot()
      parsed = command
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      try ExitStatus.checkOutput()
    } catch {
      if let machine = parsed as? any AnswersMachines, machine.common.output == .json,
        let document = FailureJSON(error)
      {
        Console.line(document.text)
      }
      ExitStatus.exit(with: error, of: parsed.map { type(of: $0) })
    }
  }
}
