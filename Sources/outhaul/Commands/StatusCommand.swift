// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct StatusCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell how the last run stands, while it goes on and after.",
    discussion: """
      Jobs by state, what is at the services and since when, what holds most jobs up, the last errors, and until when it \
      takes. A run is not disturbed by being looked at.

      """ + ExitStatus.help)

  @Argument(
    help: ArgumentHelp("The manifest or plan file of the run, or its folder.", valueName: "manifest|dir"),
    completion: .file())
  var path = "."

  @Option(
    help: ArgumentHelp("The state, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  @Flag(help: "The last rehearsal, in DIR/local.")
  var local = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let now = WallClock().now
    guard let status = try RunStatus(state: directory, folder: folder, at: now) else {
      switch common.output {
      case .text: Console.line("no run has begun in \(directory.relativePath)")
      case .json: Console.line(JSONValue.object(["status": 1, "at": .string(now.description)]).canonicalText)
      }
      return
    }
    switch common.output {
    case .text: Console.line(StatusText(status).text)
    case .json: Console.line(status.json.canonicalText)
    }
  }

  /// What paths of the plan are relative to.
  private var folder: URL {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let url = URL(fileURLWithPath: path)
    guard isThere, isFolder.boolValue else { return url.deletingLastPathComponent() }
    return isState(url) ? url.deletingLastPathComponent() : url
  }

  private var directory: URL {
    let url = URL(fileURLWithPath: path)
    let own = state.map { URL(fileURLWithPath: $0) } ?? (isState(url) ? url : folder.appendingPathComponent(".outhaul"))
    return local ? own.appendingPathComponent("local") : own
  }

  private func isState(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent("state.sqlite").path)
  }
}
