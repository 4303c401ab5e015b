// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A service that writes to a container cannot write to a folder: files are downloaded from the container. One that keeps
/// its files needs none.
struct Staging: ManifestRule {
  static let code = "M111"
  static let title = "a directory without its container"
  static let explanation = """
    Most services write what they export to a container. Where such a service delivers to a 'directory', that names in \
    'staging' the container destination that is written to first. Files of a service that keeps them are fetched, and need \
    no 'staging'.
    """
  static let fix = "Name in 'staging' a destination that is an 'azure_container'."
  static let example = DiagnosticCode.Example(
    staged("directory: exports"), fixed: staged("directory: exports, staging: lake"))

  private static func staged(_ members: String) -> String {
    """
    destinations:
      lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}
      files: {\(members)}
    defaults: {destination: files}
    """
  }

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    let containers = input.manifest.destinations.filter { !$0.isDirectory }.map(\.name.value)
    for destination in input.manifest.destinations {
      guard case .directory(_, let staging, _) = destination.kind else { continue }
      guard let staging else {
        tellMissing(destination, input, &problems)
        continue
      }
      // What could not be read was told there.
      let isRead = input.manifest.destinations.contains { $0.name.value == staging }
      let known = input.manifest.names.known("destinations", []) ?? [staging]
      if !containers.contains(staging), isRead || !known.contains(staging) {
        tell(
          &problems, "'\(staging)' is no container destination", at: destination.stagingPlace,
          help: Suggestion.help(for: staging, in: containers))
      }
    }
  }

  private func tellMissing(_ destination: DestinationSetting, _ input: RuleInput, _ problems: inout DiagnosticList) {
    let name = destination.name.value
    let writing = input.manifest.exports.first { export in
      guard export.destination.value == name, let traits = input.traits(of: export) else { return false }
      return traits.delivery != .fetched
    }
    guard let writing else { return }
    tell(
      &problems, "the directory '\(name)' needs 'staging'", at: destination.name.place,
      help: "the service of '\(writing.name.value)' writes to a container: name a container destination")
  }
}

extension DestinationSetting {
  fileprivate var isDirectory: Bool { if case .directory = kind { true } else { false } }
}
