// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what a code of a diagnostic means, with an example and what to do.",
    discussion: ExitStatus.help)

  @Argument(
    help: ArgumentHelp("A code such as M014. Without one, all codes are listed.", valueName: "code"),
    completion: .list(DiagnosticCatalogue.all.map(\.code)))
  var subject: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard let subject, DiagnosticCatalogue.entry(subject) == nil else { return }
    let help =
      DiagnosticCatalogue.suggestion(for: subject).map { "did you mean '\($0)'?" } ?? "'outhaul explain' lists them all"
    throw ValidationError("unknown code '\(subject)': \(help)")
  }

  func run() async throws {
    guard let entry = subject.flatMap({ DiagnosticCatalogue.entry($0) }) else { return list() }
    switch common.output {
    case .text: Console.line(Explanation(entry).text)
    case .json: Console.line(Explanation(entry).json)
    }
  }

  private func list() {
    let all = DiagnosticCatalogue.all
    switch common.output {
    case .text: Console.line(all.map { "\($0.code)  \($0.title)" }.joined(separator: "\n"))
    case .json: Console.line(Explanation.json(all))
    }
  }
}
