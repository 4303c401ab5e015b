// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

/// Where the state of runs is, for commands that only look.
struct StateOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The manifest or plan file of the run, or its folder.", valueName: "manifest|dir"),
    completion: .file())
  var path = "."

  @Option(
    help: ArgumentHelp("The state, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  @Flag(help: "Those of rehearsals, in DIR/local.")
  var local = false

  /// What paths of the plan are relative to.
  var folder: URL {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let url = URL(fileURLWithPath: path)
    guard isThere, isFolder.boolValue else { return url.deletingLastPathComponent() }
    return isState(url) ? url.deletingLastPathComponent() : url
  }

  var directory: URL {
    let url = URL(fileURLWithPath: path)
    let own = state.map { URL(fileURLWithPath: $0) } ?? (isState(url) ? url : folder.appendingPathComponent(".outhaul"))
    return local ? own.appendingPathComponent("local") : own
  }

  /// What a command says where no run has begun; those that rehearsed are pointed to.
  var nothing: String { RunError.unknown("", in: directory).description }

  private func isState(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent("state.sqlite").path)
  }
}
