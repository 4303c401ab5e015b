// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import Foundation

/// All that can be told of a service without asking it: what it exports, what it needs, what it promises.
public struct ServiceSheet: Sendable {
  /// A bundled name or a path, as it was given.
  public let use: String
  public let title: String
  /// Where the service is documented.
  public let docs: String?
  /// The day since which it has answered nobody.
  public let retired: CivilDate?
  public let traits: ServiceTraits
  public let facts: ServiceFacts

  init(_ loaded: DescriptionLoader.Loaded) {
    (use, title, traits) = (loaded.name, loaded.description.title, loaded.description.traits)
    (docs, retired) = (loaded.description.docs, loaded.description.retired)
    facts = ServiceFacts(loaded.file)
  }

  /// - Parameters:
  ///   - use: a bundled name, or a path that has a `/` or ends in `.yaml` or `.yml`.
  ///   - folder: what paths are relative to.
  /// - Throws: `ProjectError`.
  public init(_ use: String, folder: URL) throws {
    self.init(try DescriptionLoader(folder: folder).load(use))
  }

  /// Those that are inside the program, by their names.
  public static var bundled: [ServiceSheet] {
    let loader = DescriptionLoader(folder: URL(fileURLWithPath: "/"))
    return BundledDescriptions.names.compactMap { try? ServiceSheet(loader.load($0)) }
  }

  /// The names of those.
  public static var bundledNames: [String] { BundledDescriptions.names }
}

/// A description that was read and held against the language.
public struct CheckedDescription: Sendable {
  public let path: String
  public let file: SourceFile
  public let diagnostics: DiagnosticList
  /// `nil` when something is wrong.
  public let sheet: ServiceSheet?

  /// It says that it is something else.
  public var isManifest: Bool {
    sheet == nil && diagnostics.all.contains { $0.message.hasPrefix("unknown key 'manifest'") }
  }

  /// - Throws: `ProjectError` when the file cannot be read.
  public init(path: String) throws {
    let file = try Project.read(path, shownAs: path)
    let (description, problems) = ServiceDescription.load(file)
    (self.path, self.file, diagnostics) = (path, file, problems.sorted(files: [file]))
    sheet = description.map { ServiceSheet(DescriptionLoader.Loaded(description: $0, file: file, name: path)) }
  }
}
