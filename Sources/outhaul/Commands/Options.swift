// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import Logging

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How results are printed.", valueName: "format"))
  var output: OutputFormat = .text

  @Option(help: ArgumentHelp("Colours: on a terminal without NO_COLOR, always or never.", valueName: "when"))
  var color: ColourChoice = .auto

  @OptionGroup var logging: LoggingOptions

  var logger: Logger { logging.logger }
}

/// What every command logs.
struct LoggingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How much is logged to standard error.", valueName: "level"))
  var logLevel: Logger.Level = .warning

  @Option(
    help: ArgumentHelp("How log lines are written: as text, or as a JSON object a line.", valueName: "format"))
  var logFormat: LogFormat = .text

  var logger: Logger {
    var logger = Logger(label: "outhaul", factory: { [logFormat] _ in ErrorLogHandler(format: logFormat) })
    logger.logLevel = logLevel
    return logger
  }
}

extension LogFormat: ExpressibleByArgument {}

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// A manifest, and what is said about it on the command line.
struct ManifestOptions: ParsableArguments {
  @Argument(
    help: "The manifest; a plan file where the command takes one.",
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var manifest: String

  @OptionGroup var variables: VariableOptions

  var asOf: InstantArgument? { variables.asOf }

  /// What the manifest's paths are relative to.
  var folder: URL { URL(fileURLWithPath: manifest).deletingLastPathComponent() }

  /// Where the state is, unless `--state` says otherwise: beside the manifest.
  func stateDirectory(_ given: String?) -> URL {
    given.map { URL(fileURLWithPath: $0) } ?? folder.appendingPathComponent(".outhaul")
  }

  /// The same, or that of rehearsals.
  func stateDirectory(_ given: String?, local: Bool) -> URL {
    let own = stateDirectory(given)
    return local ? own.appendingPathComponent("local") : own
  }

  /// The run of the same manifest, variables and state, without a selection.
  func runCommand(state: String?, local: Bool) -> [String] {
    ["outhaul", "run", manifest] + variables.words + (state.map { ["--state", $0] } ?? [])
      + (local ? ["--local"] : [])
  }

  /// - Throws: `ValidationError` for a plan: it is not made again.
  func project() throws -> Project {
    guard !PlanFile.isPlan(at: manifest) else {
      throw ValidationError(
        "'\(manifest)' is a plan, not a manifest: run, gaps, diff, graph and explain take it, and 'outhaul plan MANIFEST "
          + "--check \(manifest)' holds it against its manifest")
    }
    return try variables.project(manifest)
  }

  /// A plan file is taken as it is.
  func refuseVariables() throws {
    guard !PlanSource.isPlan(manifest) || !variables.isUsed else {
      throw ValidationError("a plan file is taken as it is; --var, --var-file and --as-of are for manifests")
    }
  }
}

/// What a manifest is read with.
struct VariableOptions: ParsableArguments {
  @Option(
    name: .customLong("var"),
    help: ArgumentHelp("Give a variable of the manifest another value; may be repeated.", valueName: "name=value"))
  var variables: [Variable] = []

  @Option(
    help: ArgumentHelp(
      "Take variables from a YAML file of names and values; may be repeated, later ones win, --var wins over all.",
      valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
  var varFile: [String] = []

  @Option(
    help: ArgumentHelp(
      "Reckon windows from this instant instead of now: RFC 3339, or a day, which begins in UTC.",
      valueName: "instant"))
  var asOf: InstantArgument?

  /// Anything of it was said on the command line.
  var isUsed: Bool { !variables.isEmpty || !varFile.isEmpty || asOf != nil }

  /// As they would be given again.
  var words: [String] {
    let files = varFile.flatMap { ["--var-file", $0] }
    return files + variables.flatMap { ["--var", "\($0.name)=\($0.value)"] }
      + (asOf.map { ["--as-of", "\($0.instant)"] } ?? [])
  }

  func project(_ path: String) throws -> Project {
    let values = Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    return try Project(
      path: path, variables: values, variableFiles: varFile, environment: ProcessInfo.processInfo.environment)
  }
}

/// `name=value`.
struct Variable: ExpressibleByArgument {
  let name: String
  let value: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
    name = String(argument[..<equals])
    value = String(argument[argument.index(after: equals)...])
  }
}

/// A duration as manifests write it.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    guard let duration = DurationText.parse(argument) else { return nil }
    self.duration = duration
  }
}

/// An instant as RFC 3339 writes it.
struct InstantArgument: ExpressibleByArgument {
  let instant: Instant

  init?(argument: String) {
    guard let instant = Instant(argument) else { return nil }
    self.instant = instant
  }
}
