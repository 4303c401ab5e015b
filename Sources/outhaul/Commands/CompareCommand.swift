// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

import Foundation

struct CompareCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Prove two backfills equal, or tell which windows differ and how.",
    discussion: """
      A and B are each a run (its id, or the beginning of it; or its folder runs/ID), a folder with results, or a \
      container: env:NAME or file:PATH, where the variable or the file holds the container's URL with a signature that \
      permits reading and listing. Windows are matched by app, dataset, format and window; every row of both sides is \
      read, but for windows of which two runs recorded the same SHA-256. The order of rows, how they are dealt out to files, the order of members and the spelling of numbers do not \
      count. A run stands for every result of its plan that was verified when it had ended. The status is 2 when there \
      is a difference, and 3 when a window cannot be read and no other differs.

      """ + ExitStatus.help)

  @Argument(help: ArgumentHelp("One side.", valueName: "a"), completion: .directory)
  var a: String

  @Argument(help: ArgumentHelp("The other side.", valueName: "b"), completion: .directory)
  var b: String

  @Option(
    help: ArgumentHelp("The state that holds the runs named by their ids; .outhaul unless said.", valueName: "dir"),
    completion: .directory)
  var state = ".outhaul"

  @Flag(help: "The runs are rehearsals, in DIR/local.")
  var local = false

  @Option(
    help: ArgumentHelp(
      "What relative destinations of the runs are relative to, unless it is the folder that holds the state.",
      valueName: "dir"), completion: .directory)
  var folder: String?

  @Option(help: ArgumentHelp("Rows of each window that are shown.", valueName: "n"))
  var examples = 3

  @Option(
    help: ArgumentHelp(
      "A member of rows that does not count, such as meta.lastSeen; may be repeated.", valueName: "path"))
  var ignore: [String] = []

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (0...10_000).contains(examples) else { throw ValidationError("--examples takes a number from 0 to 10000") }
  }

  func run() async throws {
    let (first, second) = (try side(a), try side(b))
    let sessions = try ComparedClouds(first, second, logger: common.logger)
    let (examples, logger, ignored) = (examples, common.logger, Set(ignore))
    let comparison = try await sessions.run { first, second in
      let (program, environment) = ("outhaul \(Outhaul.version)", ProcessInfo.processInfo.environment)
      return try await first.open(program: program, environment: environment, logger: logger) { one in
        try await second.open(program: program, environment: environment, logger: logger) { other in
          try await Comparer(one, other, examples: examples, ignoring: ignored).told(
            as: "\(one.name) and \(other.name)")
        }
      }
    }
    guard !comparison.windows.isEmpty else {
      throw ValidationError("there is nothing to compare: neither side has a result")
    }
    switch common.output {
    case .json: Console.line(comparison.json.canonicalText)
    case .text: Console.line(ComparisonText(comparison, isColoured: common.isColoured).text)
    }
    if !comparison.isEqual {
      throw StatusError(status: comparison.differs ? .difference : .someFailed)
    }
  }

  // MARK: Sides

  private func side(_ text: String) throws -> ComparedSide {
    if let reference = try Self.reference(text) {
      let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
      let found = try SecretResolver(environment: ProcessInfo.processInfo.environment, folder: folder)
        .resolve([text: reference])
      guard let secret = found[text] else { throw ValidationError("'\(text)' is not set") }
      return .container(secret)
    }
    guard !text.contains("://") else {
      throw ValidationError(
        "a container is given as env:NAME or file:PATH, which hold its URL with a signature: what stands on a command "
          + "line is seen by everybody")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: text, isDirectory: &isFolder), isFolder.boolValue else {
      let own = URL(fileURLWithPath: state)
      return try run(text, state: local ? own.appendingPathComponent("local") : own)
    }
    let url = URL(fileURLWithPath: text).standardizedFileURL
    let runs = url.deletingLastPathComponent()
    guard runs.lastPathComponent == "runs", isState(runs.deletingLastPathComponent()) else {
      return .folder(url, name: text)
    }
    return try run(url.lastPathComponent, state: runs.deletingLastPathComponent())
  }

  private static func reference(_ text: String) throws -> SecretReference? {
    if text.hasPrefix("env:") { return .environment(String(text.dropFirst(4))) }
    return text.hasPrefix("file:") && !text.hasPrefix("file://") ? .file(String(text.dropFirst(5))) : nil
  }

  private func isState(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent("state.sqlite").path)
  }

  private func run(_ id: String, state: URL) throws -> ComparedSide {
    let known = try KnownRun(id, state: state)
    let base = folder.map { URL(fileURLWithPath: $0) } ?? state.standardizedFileURL.deletingLastPathComponent()
    return .run(
      known,
      BatchRun.Options(
        folder: base, state: state, environment: ProcessInfo.processInfo.environment, resume: "",
        program: "outhaul \(Outhaul.version)"))
  }
}
