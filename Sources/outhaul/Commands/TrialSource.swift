// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import Logging

/// Where a trial's job comes from: a manifest, or the options alone.
struct TrialSource {
  /// All that a trial needs to begin.
  struct Prepared: Sendable {
    var subject: TrialSubject
    /// What paths are relative to.
    var folder: URL
    var out: URL?
    /// What a local cloud has to hold; `nil` for the service itself.
    var world: LocalWorld?
  }

  let description: String?
  let trial: TrialOptions
  let isLocal: Bool
  let isDry: Bool

  /// - Throws: `TrialMistake`, `ValidationError`, `ProjectError`.
  func prepared(logger: Logger) async throws -> Prepared {
    if let manifest = trial.manifest { return try await read(manifest, logger) }
    let sheet = try DescriptionArgument.sheet(description ?? "")
    let manifest = try self.manifest(sheet)
    let (project, plan) = try manifest.planned(asOf: asOf, environment: ProcessInfo.processInfo.environment)
    let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    return try prepared(plan, project.traits, folder: folder, app: nil)
  }

  private func read(_ path: String, _ logger: Logger) async throws -> Prepared {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let project = try trial.variables.project(path)
    if let service = trial.service, !project.traits.keys.contains(service) {
      let help = Suggestion.help(for: service, in: project.traits.keys.sorted()) ?? ""
      throw ValidationError("the manifest has no service '\(service)'; \(help)")
    }
    let answered = try await Inquiry(local: isLocal, logger: logger).answered(project, in: folder)
    return try prepared(answered.expand(asOf: asOf), answered.traits, folder: folder, app: trial.app.first)
  }

  private var asOf: Instant { trial.variables.asOf?.instant ?? WallClock().now }

  private func prepared(
    _ plan: Plan, _ traits: [String: ServiceTraits], folder: URL, app: String?
  ) throws -> Prepared {
    let out = trial.out.map { URL(fileURLWithPath: $0).standardizedFileURL }
    let wish = TrialSubject.Wish(
      service: trial.service, app: app, dataset: trial.dataset, format: trial.format,
      window: try window(traits), out: out)
    let subject: TrialSubject
    do {
      subject = try TrialSubject(wish, of: plan, traits: traits)
    } catch let problem as TrialProblem {
      throw ValidationError(words(problem))
    }
    return Prepared(subject: subject, folder: folder, out: out, world: isLocal ? try LocalWorld(plan) : nil)
  }

  /// What the options say; in the zone of the dataset that is meant.
  private func window(_ traits: [String: ServiceTraits]) throws -> Window? {
    let text: String
    if let window = trial.window {
      text = window
    } else if let from = trial.from, let to = trial.to {
      text = "\(from)/\(to)"
    } else {
      return nil
    }
    let datasets = traits.values.compactMap { $0.dataset(typed: trial.dataset) }
    return try TrialWindow(text, zone: datasets.lazy.compactMap(\.window).first?.zone ?? "UTC").window
  }

  private func words(_ problem: TrialProblem) -> String {
    switch problem {
    case .none:
      let app = trial.app.first.map { " of '\($0)'" } ?? ""
      return "the manifest exports no '\(trial.dataset)'\(app)\(trial.format.map { " as \($0)" } ?? "")"
    case .ambiguous(let option, let names): return "say which with \(option): \(names.joined(separator: ", "))"
    case .window(let message): return "--window: \(message)"
    }
  }

  // MARK: Without a manifest

  private func manifest(_ sheet: ServiceSheet) throws -> TrialManifest {
    guard let dataset = sheet.traits.dataset(typed: trial.dataset) else {
      let help = Suggestion.help(for: trial.dataset, in: sheet.traits.datasets.map(\.name)) ?? ""
      throw ValidationError("\(sheet.traits.name) has no dataset '\(trial.dataset)': \(help)")
    }
    let use = ServiceSheet.bundledNames.contains(sheet.use) ? sheet.use : URL(fileURLWithPath: sheet.use).path
    var manifest = TrialManifest(sheet, use: use, dataset: dataset.name)
    manifest.parameters = try given(trial.with, "--with", sheet.traits.parameters)
    if isLocal, let needs = dataset.needs, manifest.parameters[needs] == nil { manifest.parameters[needs] = "true" }
    manifest.appParameters = try given(
      trial.app.compactMap { Variable(argument: $0) }, "--app", sheet.traits.appParameters)
    manifest.options = try given(trial.option, "--option", dataset.options)
    (manifest.base, manifest.format, manifest.out) = (trial.base, trial.format, trial.out.map { _ in "files" })
    try take(secretsFor: sheet.traits, into: &manifest)
    if case .container = sheet.traits.delivery, !isLocal, !isDry {
      guard trial.container != nil, trial.sas != nil else {
        throw ValidationError("\(sheet.traits.name) writes to a container: --container URL --sas env:VARIABLE")
      }
    }
    if sheet.traits.delivery == .fetched, trial.out == nil, trial.container == nil, !isDry {
      throw ValidationError("\(sheet.traits.name) keeps files, and they are fetched: --out DIR")
    }
    if dataset.kind == .historical, trial.window == nil, trial.from == nil {
      throw ValidationError("'\(dataset.name)' is of a window: --window 2016-01-31, or --from and --to")
    }
    manifest.container = trial.container
    manifest.signature = trial.sas.flatMap { SecretArgument(argument: $0)?.reference }
    return manifest
  }

  /// The values by their names. A local cloud knows whatever it is asked for.
  private func given(
    _ values: [Variable], _ option: String, _ parameters: [ParameterTraits]
  ) throws -> [String: String] {
    let names = parameters.map(\.name)
    for value in values where !names.contains(value.name) {
      let help = Suggestion.help(for: value.name, in: names) ?? "it takes none"
      throw ValidationError("\(option) \(value.name): there is no such name; \(help)")
    }
    var given = Dictionary(values.map { ($0.name, $0.value) }) { _, last in last }
    for parameter in parameters where parameter.isRequired && given[parameter.name] == nil {
      guard isLocal else { throw ValidationError("\(option) \(parameter.name)=… is missing: \(parameter.words)") }
      given[parameter.name] = "try"
    }
    return given
  }

  private func take(secretsFor traits: ServiceTraits, into manifest: inout TrialManifest) throws {
    let known = traits.secrets.map(\.name) + (traits.proof == .credential ? ["token"] : [])
    for secret in trial.secret {
      guard known.contains(secret.name) else {
        // A name that is none may be a part of a secret: it is not repeated.
        throw ValidationError(
          "--secret names no secret of \(traits.name): "
            + (known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"))
      }
      manifest.secrets[secret.name] = secret.reference
    }
    manifest.sendsToken = traits.proof == .credential && manifest.secrets["token"] != nil
    guard !isLocal else { return }
    for secret in traits.secrets where secret.isRequired && manifest.secrets[secret.name] == nil {
      guard isDry else { throw ValidationError("--secret \(secret.name)=env:VARIABLE is missing: \(secret.about)") }
      manifest.secrets[secret.name] = .environment("OUTHAUL_TRY")
    }
  }
}
