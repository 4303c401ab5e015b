// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

/// Where a secret is: `env:VARIABLE` or `file:PATH`. What it is, is never said on a command line.
struct SecretArgument: ExpressibleByArgument {
  let reference: SecretReference

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else { return nil }
    switch parts[0] {
    case "env": reference = .environment(String(parts[1]))
    // Paths are seen from where the command is given.
    case "file": reference = .file(URL(fileURLWithPath: String(parts[1])).path)
    default: return nil
    }
  }
}

/// `NAME=env:VARIABLE`. A text that is none is not repeated: it may be a secret.
struct NamedSecret: ExpressibleByArgument {
  let name: String
  let reference: SecretReference?

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    reference = parts.count == 2 ? SecretArgument(argument: String(parts[1]))?.reference : nil
  }
}

/// Which task is to be made.
struct TrialOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What to export.", valueName: "name"), completion: .list(ManifestNames.datasets))
  var dataset: String

  @Option(help: ArgumentHelp("A parameter of the service; may be repeated.", valueName: "name=value"))
  var with: [Variable] = []

  @Option(
    help: ArgumentHelp(
      "A parameter of the app, may be repeated; with --manifest the name of an app.", valueName: "name=value"))
  var app: [String] = []

  @Option(help: ArgumentHelp("An option of the dataset; may be repeated.", valueName: "name=value"))
  var option: [Variable] = []

  @Option(help: ArgumentHelp("The service's first unless said.", valueName: "name"))
  var format: String?

  @Option(
    help: ArgumentHelp("2016-01-31, 2016-01, 2016-01-31T07 or BEGIN/END, in the service's zone.", valueName: "window"))
  var window: String?

  @Option(help: ArgumentHelp("The window's beginning: a day or a time.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("The window's end, which is not in it.", valueName: "time"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "A secret of the service, by reference: env:VARIABLE or file:PATH; 'token' is the bearer token; may be repeated.",
      valueName: "name=env:var"))
  var secret: [NamedSecret] = []

  @Option(help: ArgumentHelp("Where the service is, instead of its own address.", valueName: "url"))
  var base: String?

  @Option(help: ArgumentHelp("The container that the service writes to.", valueName: "url"))
  var container: String?

  @Option(
    help: ArgumentHelp("The container's shared access signature: env:VARIABLE or file:PATH.", valueName: "env:var"))
  var sas: String?

  @Option(
    help: ArgumentHelp("Put the files here; else they stay in the container.", valueName: "dir"), completion: .directory
  )
  var out: String?

  @Option(
    help: ArgumentHelp("Take everything from a manifest.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var manifest: String?

  @Option(help: ArgumentHelp("With --manifest: a service of it.", valueName: "name"))
  var service: String?

  @OptionGroup var variables: VariableOptions

  func validate() throws {
    if secret.contains(where: { $0.reference == nil }) {
      // What was given may be the secret itself: it is not repeated.
      throw ValidationError("--secret takes a reference, not a secret: NAME=env:VARIABLE or NAME=file:PATH")
    }
    guard sas.map({ SecretArgument(argument: $0) != nil }) ?? true else {
      throw ValidationError("--sas takes a reference, not a signature: env:VARIABLE or file:PATH")
    }
    guard window == nil || (from == nil && to == nil) else {
      throw ValidationError("--window says it all; --from and --to do not go with it")
    }
    guard (from == nil) == (to == nil) else { throw ValidationError("--from and --to go together") }
    guard manifest == nil else { return try validateManifest() }
    guard service == nil else { throw ValidationError("--service goes with --manifest") }
    guard !variables.isUsed else { throw ValidationError("--var, --var-file and --as-of go with --manifest") }
    for app in app where Variable(argument: app) == nil {
      throw ValidationError("--app takes NAME=VALUE; the name of an app goes with --manifest")
    }
    guard container.map({ !$0.contains("?") }) ?? true else {
      throw ValidationError("--container takes a URL without a query; the signature goes into --sas")
    }
  }

  private func validateManifest() throws {
    let given =
      with.isEmpty && option.isEmpty && secret.isEmpty && base == nil && container == nil && sas == nil
    guard given else {
      throw ValidationError(
        "--manifest says it all; --with, --option, --secret, --base, --container and --sas do not go with it")
    }
    guard app.count <= 1, app.allSatisfy({ Variable(argument: $0) == nil }) else {
      throw ValidationError("--app takes the name of one app of the manifest")
    }
  }
}
