// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct AppsCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "apps",
    abstract: "List the apps of services, as a section of a manifest to commit.",
    discussion: """
      Prints the apps that 'discover' of the manifest finds, with the labels that it gives them. With --service, all apps \
      of that service, whether the manifest discovers them or not.

      """ + ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var catalogue: CatalogueOptions
  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp("A service of the manifest; may be repeated.", valueName: "name"),
    completion: ManifestNames.service)
  var service: [String] = []

  @Option(help: ArgumentHelp("Only apps whose names fit; may be repeated. Goes with --service.", valueName: "glob"))
  var match: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Write the list to a file.", valueName: "file"), completion: .file(extensions: ["yaml", "json"]))
  var out: String?

  func validate() throws {
    guard match.isEmpty || !service.isEmpty else {
      throw ValidationError("--match goes with --service; a manifest has its own 'match' under 'discover'")
    }
  }

  func run() async throws {
    let manifest = try input.project()
    let target = try out.map { try OutputFile($0, besides: manifest) }
    let project = manifest.asking(try discoveries(manifest))
    let logger = common.logger
    let found = try await catalogue.inquiry(common).using(project, in: input.folder) { access in
      try await project.catalogue(by: access, logger: logger)
    }
    if !found.warnings.isEmpty { Console.error(found.warnings.text()) }
    let text = common.output == .json ? found.json + "\n" : found.yaml
    guard let target else { return Console.bytes(Array(text.utf8)) }
    try target.write { try Data(text.utf8).write(to: $0, options: .atomic) }
  }

  /// What the command line names, else what the manifest discovers.
  private func discoveries(_ project: Project) throws -> [DiscoverySetting] {
    let known = project.manifest.services
    guard !service.isEmpty else {
      guard !project.manifest.discoveries.isEmpty else {
        let names = known.map(\.name.value).joined(separator: ", ")
        throw ValidationError("the manifest discovers nothing; name a service with --service: \(names)")
      }
      return project.manifest.discoveries
    }
    return try service.map { name in
      guard let setting = known.first(where: { $0.name.value == name }) else {
        let help = Suggestion.help(for: name, in: known.map(\.name.value)) ?? ""
        throw ValidationError("the manifest has no service '\(name)'; \(help)")
      }
      return DiscoverySetting(service: setting.name, match: match.map { Glob($0) })
    }
  }
}
