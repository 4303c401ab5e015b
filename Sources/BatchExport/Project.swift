// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportServices
import ExportYAML
import Foundation

/// A manifest with the service descriptions that it uses, read and checked together.
public struct Project: Sendable {
  public internal(set) var manifest: Manifest
  /// By the manifest's service names.
  public let traits: [String: ServiceTraits]
  public internal(set) var inputs: [PlanInput]
  public internal(set) var diagnostics: DiagnosticList
  /// Paths of what `--var-file` gave.
  let variableFiles: [String]
  /// What only the services know was asked for, or taken from a plan.
  var isAnswered = false

  /// Reads a manifest and everything it names, and checks it whole. No network.
  ///
  /// - Parameters:
  ///   - path: of the manifest.
  ///   - variables: what `--var` gave.
  ///   - variableFiles: paths of what `--var-file` gave, in their order.
  ///   - environment: for `${env.X}`.
  /// - Throws: `ProjectError` when a file cannot be read, or with every problem when there is an error among them.
  public init(
    path: String, variables: [String: String], variableFiles: [String] = [], environment: [String: String]
  ) throws {
    self.variableFiles = variableFiles
    let file = try Self.read(path, shownAs: path)
    let values = VariableValues(files: try variableFiles.map { try Self.read($0, shownAs: $0) }, texts: variables)
    let (manifest, problems) = ManifestReader.read(
      file, variables: values, environment: environment, including: ManifestFolder(manifest: path))
    var diagnostics = problems
    guard let manifest else { throw ProjectError.invalid(diagnostics.sorted(files: [file])) }
    let files = [file] + manifest.included.map(\.file)

    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    var traits: [String: ServiceTraits] = [:]
    var inputs = [PlanInput(name: URL(fileURLWithPath: path).lastPathComponent, digest: Digest(of: file.bytes))]
    inputs += manifest.included.map { PlanInput(name: $0.path, digest: Digest(of: $0.file.bytes)) }
    for file in values.files {
      inputs.append(PlanInput(name: Self.relative(file.name, to: path), digest: Digest(of: file.bytes)))
    }
    if !variables.isEmpty {
      // What the command line says is an input as well, whichever order it says it in.
      let text = JSONValue.object(variables.mapValues { .string($0) }).canonicalText
      inputs.append(PlanInput(name: "--var", digest: Digest(of: text)))
    }
    for service in manifest.services {
      do {
        let loaded = try DescriptionLoader(folder: folder).load(service.use.value)
        traits[service.name.value] = loaded.description.traits
        let input = PlanInput(name: loaded.name, digest: Digest(of: loaded.file.bytes))
        if !inputs.contains(input) { inputs.append(input) }
      } catch ProjectError.invalid(let problems) {
        diagnostics.add(contentsOf: problems)
      } catch {
        diagnostics.add(Diagnostic(code: "M090", "\(error)", at: service.use.place, help: Self.help(service.use.value)))
      }
    }
    diagnostics.add(contentsOf: ManifestRules.check(manifest, traits: traits))
    diagnostics.add(contentsOf: manifest.zoneProblems)
    guard !diagnostics.hasErrors else { throw ProjectError.invalid(diagnostics.sorted(files: files)) }
    (self.manifest, self.traits, self.inputs) = (manifest, traits, inputs)
    self.diagnostics = diagnostics.sorted(files: files)
  }

  /// The plan at an instant, with its digest.
  /// - Throws: `ProjectError.invalid`.
  public func plan(asOf: Instant) throws -> PlanFile { PlanFile(try expand(asOf: asOf)) }

  /// The jobs that more than one export wants, by the indexes of `expand(asOf:)`.
  public func shared(asOf: Instant) -> SharedJobs {
    Planner(manifest, traits: traits, inputs: inputs, asOf: asOf).shared()
  }

  /// The plan at an instant.
  /// - Throws: `ProjectError.invalid`; `ProjectError.unanswered` when services have to be asked first.
  public func expand(asOf: Instant) throws -> Plan { try expanded(asOf: asOf).plan }

  /// The plan at an instant, and what a person may not expect of it.
  /// - Throws: as `expand`.
  public func expanded(asOf: Instant) throws -> (plan: Plan, remarks: DiagnosticList) {
    guard !awaitsServices else { throw ProjectError.unanswered(awaited) }
    let (plan, problems) = Planner(manifest, traits: traits, inputs: inputs, asOf: asOf).plan()
    guard let plan else { throw ProjectError.invalid(problems.sorted()) }
    return (plan, problems.sorted())
  }

  /// A path as it is seen from the folder of a manifest.
  static func relative(_ path: String, to manifest: String) -> String {
    let from = URL(fileURLWithPath: manifest).deletingLastPathComponent().standardizedFileURL.pathComponents
    let to = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    let common = zip(from, to).prefix { $0 == $1 }.count
    return (from.dropFirst(common).map { _ in ".." } + to.dropFirst(common)).joined(separator: "/")
  }

  /// Not more than a reader would take: of a file that is too large only so much that it can be told.
  static func read(_ path: String, shownAs name: String) throws -> SourceFile {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      return SourceFile(name: name, bytes: try file.readText(of: name))
    } catch let error as ProjectError {
      throw error
    } catch {
      throw ProjectError.unreadable(path: name, reason: Self.reason(error))
    }
  }

  static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile: "there is no such file"
    case .fileReadNoPermission: "permission denied"
    default: FileProblem.reason(error)
    }
  }

  private static func help(_ use: String) -> String? {
    if use.contains("/") || use.hasSuffix(".yaml") || use.hasSuffix(".yml") {
      return "paths begin at the manifest's folder"
    }
    return Suggestion.help(for: use, in: BundledDescriptions.names)
  }
}

/// Finds service descriptions: bundled ones by name, others by path.
struct DescriptionLoader: Sendable {
  /// What paths are relative to.
  let folder: URL

  struct Loaded: Sendable {
    var description: ServiceDescription
    var file: SourceFile
    /// `NAME` of a bundled one, else the path as written.
    var name: String
  }

  /// - Throws: `ProjectError`.
  func load(_ use: String) throws -> Loaded {
    let file: SourceFile
    if let bundled = BundledDescriptions.file(named: use) {
      file = bundled
    } else if use.contains("/") || use.hasSuffix(".yaml") || use.hasSuffix(".yml") {
      file = try Project.read(URL(fileURLWithPath: use, relativeTo: folder).path, shownAs: use)
    } else {
      throw ProjectError.unknownService(use)
    }
    let (description, problems) = ServiceDescription.load(file)
    guard let description, !problems.hasErrors else { throw ProjectError.invalid(problems) }
    return Loaded(description: description, file: file, name: use)
  }
}

/// Why a manifest or a plan cannot be used.
public enum ProjectError: Error, Sendable {
  case unreadable(path: String, reason: String)
  case invalid(DiagnosticList)
  case unknownService(String)
  case plan(path: String, PlanFileError)
  /// The services have not been asked for what the plan needs of them.
  case unanswered([String])
  case unwritable(path: String, reason: String)
  /// A directory without a container that the service can write to first.
  case staging(String)
}

extension ProjectError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .invalid(let diagnostics): diagnostics.text()
    case .unknownService(let name): "no service description is called '\(name)'"
    case .plan(let path, let error): "\(path): \(error)"
    case .unanswered(let awaited): "no plan without an answer to: \(awaited.joined(separator: ", "))"
    case .staging(let name): "the directory '\(name)' has no container for staging"
    case .unwritable(let path, let reason): "cannot write '\(path)': \(reason)"
    }
  }
}
