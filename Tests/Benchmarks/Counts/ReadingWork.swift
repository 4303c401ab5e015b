// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportYAML

/// Text becomes nodes, and nodes become a manifest.
enum ReadingWork {
  private static let apps = 4000

  /// YAML alone: a megabyte of it.
  static func parse(_ folder: String) throws -> () throws -> Void {
    let file = SourceFile(name: "manifest.yaml", text: CountedText.manyApps(apps))
    return {
      guard YAMLReader.read(file).root != nil else { throw Refusal(description: "the text is not read") }
    }
  }

  /// The same text, all the way to what a plan is made of.
  static func manifest(_ folder: String) throws -> () throws -> Void {
    let file = SourceFile(name: "manifest.yaml", text: CountedText.manyApps(apps))
    return {
      guard try manifest(file).apps.count == apps else { throw Refusal(description: "apps are missing") }
    }
  }

  static func manifest(_ file: SourceFile) throws -> Manifest {
    let (manifest, problems) = ManifestReader.read(file, variables: VariableValues(), environment: [:])
    guard let manifest, !problems.hasErrors else { throw Refusal(description: "the manifest is no good") }
    return manifest
  }
}
