// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

extension BundledSchema: ExpressibleByArgument {}

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract:
      "Print a JSON schema: of manifests and service descriptions for editors, of what is written for programs.",
    discussion: """
      Keep it beside a manifest and name it in the manifest's first line, and an editor completes and checks:

        outhaul schema manifest > manifest.schema.json
        # yaml-language-server: $schema=manifest.schema.json

      """ + ExitStatus.help)

  @Argument(
    help: ArgumentHelp(
      "manifest or service, which people write; or what a command prints with --output json, by the command's name."))
  var name: BundledSchema

  /// A schema is JSON either way.
  @OptionGroup var common: CommonOptions

  func run() throws { Console.bytes(name.bytes) }
}
