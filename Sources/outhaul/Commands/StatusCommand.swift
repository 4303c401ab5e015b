// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct StatusCommand: ParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell how the last run stands, while it goes on and after.",
    discussion: """
      Jobs by state, what is at the services and since when, what holds most jobs up, the last errors, and until when it \
      takes. A run is not disturbed by being looked at.

      """ + ExitStatus.help)

  @OptionGroup var place: StateOptions

  @OptionGroup var common: CommonOptions

  func run() throws {
    let now = WallClock().now
    guard let status = try RunStatus(state: place.directory, folder: place.folder, at: now) else {
      switch common.output {
      case .text: Console.line(place.nothing)
      case .json: Console.line(JSONValue.object(["status": 1, "at": .string(now.description)]).canonicalText)
      }
      return
    }
    switch common.output {
    case .text: Console.line(StatusText(status, width: Console.width, isColoured: common.isColoured).text)
    case .json: Console.line(status.json.canonicalText)
    }
  }
}
