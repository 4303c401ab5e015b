// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print the manual page of this program, or the page of errors and what to do.",
    discussion: """
      Look at it, or put it where 'man outhaul' finds it:

        outhaul manual > outhaul.1 && man ./outhaul.1
        outhaul manual > /usr/local/share/man/man1/outhaul.1

      """ + ExitStatus.help)

  enum Page: String, ExpressibleByArgument, CaseIterable {
    case program, errors
  }

  @Argument(help: "The program's page for man, or the page of errors in Markdown.")
  var page: Page = .program

  func run() throws {
    switch page {
    case .program: Console.bytes(Array(ManualPage(try CommandTree(of: Outhaul.self)).text.utf8))
    case .errors: Console.bytes(Array(ErrorsPage().text.utf8))
    }
  }
}
