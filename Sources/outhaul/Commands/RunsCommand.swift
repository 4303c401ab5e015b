// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct RunsCommand: ParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs, newest first, with what became of their jobs.",
    discussion: """
      A run that is 'broken' was killed: what it left, the next run goes on with. 'outhaul report RUN' tells all about one.

      """ + ExitStatus.help)

  @OptionGroup var place: StateOptions

  @Option(help: "So many of the newest; 0: all.")
  var limit = 20

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit takes a number from 0 up") }
  }

  func run() throws {
    let history = try RunHistory(state: place.directory, limit: limit == 0 ? .max : limit, at: WallClock().now)
    switch common.output {
    case .text: Console.line(history.runs.isEmpty ? place.nothing : HistoryText(history).text)
    case .json: Console.line(history.json.canonicalText)
    }
  }
}
