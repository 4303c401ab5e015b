// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

/// What a shell offers for values that the manifest on the line names. Nothing is offered, and nothing is said, where it
/// cannot be read; no service is asked and no secret taken.
enum ManifestNames {
  /// The beginnings of titles: exports, and their apps.
  static let selection = CompletionKind.custom { words, _, _ in
    guard let manifest = manifest(among: words) else { return [] }
    let exports = manifest.exports.map(\.name.value)
    return exports + exports.flatMap { export in manifest.apps.map { "\(export)/\($0.name.value)" } }
  }

  static let service = CompletionKind.custom { words, _, _ in
    manifest(among: words)?.services.map(\.name.value) ?? []
  }

  /// Of the description that manifests begin with.
  static let datasets = ManifestDraft.traits(of: "azure-mobile-engagement")?.datasets.map(\.name) ?? []

  /// The first word that is a file and a manifest.
  private static func manifest(among words: [String]) -> Manifest? {
    for word in words where !word.hasPrefix("-") && [".yaml", ".yml"].contains(where: word.hasSuffix) {
      if let project = try? Project(path: word, variables: [:], environment: ProcessInfo.processInfo.environment) {
        return project.manifest
      }
    }
    return nil
  }
}
