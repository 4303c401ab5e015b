// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A service cannot write to a folder: it writes to a container, from where files are downloaded.
struct Staging: ManifestRule {
  static let code = "M111"
  static let title = "a directory without its container"
  static let explanation =
    "A 'directory' names in 'staging' the container destination that the service writes to first."
  static let fix = "Name in 'staging' a destination that is an 'azure_container'."
  static let example = DiagnosticCode.Example(
    staged("directory: exports"), fixed: staged("directory: exports, staging: lake"))

  private static func staged(_ members: String) -> String {
    """
    destinations:
      lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}
      files: {\(members)}
    """
  }

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for destination in input.manifest.destinations {
      guard case .directory(_, let staging) = destination.kind else { continue }
      let containers = input.manifest.destinations.filter {
        if case .azureContainer = $0.kind { true } else { false }
      }.map(\.name.value)
      guard let staging else {
        tell(
          &problems, "the directory '\(destination.name.value)' needs 'staging'", at: destination.name.place,
          help: "name a container destination")
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
}
