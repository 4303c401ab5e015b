// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Logging

extension Project {
  /// Whether a plan needs what only the services know: apps to discover, options that ask.
  public var awaitsServices: Bool { !isAnswered && (manifest.awaitsCatalogue || !manifest.questions(traits).isEmpty) }

  /// What is asked of the services, in words; none when all is known.
  public var awaited: [String] {
    guard awaitsServices else { return [] }
    let catalogues = Set(manifest.discoveries.map(\.service.value)).sorted().map { "the catalogue of '\($0)'" }
    let questions = manifest.questions(traits).map { question in
      "'\(question.option)' of '\(manifest.exports[question.export].name.value)'"
    }
    return catalogues + questions
  }

  /// The project with all that the services were asked for. Asked anew each time.
  /// - Throws: `ProjectError.invalid`, `SecretError`, `CatalogueError`.
  public func answered(by access: CatalogueAccess, logger: Logger) async throws -> Project {
    guard awaitsServices else { return self }
    let services = Set(manifest.discoveries.map(\.service.value) + manifest.questions(traits).map(\.service))
    return try await access.using(services, of: self, logger: logger) { catalogues in
      var found: [String: FoundApps] = [:]
      for service in Set(manifest.discoveries.map(\.service.value)).sorted() {
        found[service] = try await Self.ask(service, catalogues) { try await $0.apps() }
      }
      var project = try discovered(found)
      for question in project.manifest.questions(traits) {
        let apps = project.manifest.apps(of: project.manifest.exports[question.export])
        let values = try await Self.ask(question.service, catalogues) { catalogue in
          try await apps.mapped(atOnce: CatalogueLimits.listsAtOnce) { app in
            let search = OptionSearch(
              dataset: question.dataset, option: question.option, options: question.options,
              appParameters: app.parameters.mapValues(\.value))
            return (app.name.value, try await catalogue.values(search).map { JSONValue.int($0) })
          }
        }
        project.answer(question, Dictionary(values, uniquingKeysWith: { first, _ in first }))
      }
      return project
    }
  }

  /// The project with what an earlier plan was told. No network.
  /// - Throws: `ProjectError.invalid`.
  public func answered(by plan: Plan) throws -> Project {
    guard awaitsServices else { return self }
    var found: [String: FoundApps] = [:]
    for app in plan.apps {
      for (service, labels) in app.found {
        let app = FoundApp(name: app.name, parameters: app.parameters, labels: labels)
        found[service, default: FoundApps()].apps.append(app)
      }
    }
    var project = try discovered(found)
    for question in project.manifest.questions(traits) {
      let name = project.manifest.exports[question.export].name.value
      let kept = plan.exports.first { $0.name == name }?.found[question.dataset] ?? [:]
      project.answer(question, kept.compactMapValues { $0[question.fills]?.array })
    }
    return project
  }

  /// The project that discovers these apps and exports nothing.
  public func asking(_ discoveries: [DiscoverySetting]) -> Project {
    var project = self
    project.manifest.discoveries = discoveries
    project.manifest.awaitsCatalogue = true
    project.manifest.exports = []
    // What is wrong with exports, or unused without them, is none of the question.
    project.diagnostics = ManifestRules.check(project.manifest, traits: traits)
    return project
  }

  /// What the services of the discoveries tell.
  /// - Throws: as `answered(by:logger:)`.
  public func catalogue(by access: CatalogueAccess, logger: Logger) async throws -> Catalogue {
    guard !diagnostics.hasErrors else { throw ProjectError.invalid(diagnostics.sorted()) }
    let answered = try await answered(by: access, logger: logger)
    let warnings = answered.diagnostics.all.filter { !diagnostics.all.contains($0) }
    return Catalogue(answered.manifest, answered.inputs, DiagnosticList(warnings))
  }

  // MARK: Parts

  /// Rules that need the apps are held again, and only what they add is told.
  private func discovered(_ found: [String: FoundApps]) throws -> Project {
    let discovery = Discovery(manifest, catalogues: found, traits: traits)
    var project = self
    project.isAnswered = true
    (project.manifest, project.inputs) = (discovery.manifest, inputs + discovery.inputs)
    var added = discovery.diagnostics
    // What is missing because nothing was found is not told once more.
    guard !added.hasErrors else { throw ProjectError.invalid(added.sorted()) }
    for problem in ManifestRules.check(project.manifest, traits: traits).all where !diagnostics.all.contains(problem) {
      added.add(problem)
    }
    guard !added.hasErrors else { throw ProjectError.invalid(added.sorted()) }
    project.diagnostics.add(contentsOf: added)
    return project
  }

  private mutating func answer(_ question: OptionQuestion, _ values: [String: [JSONValue]]) {
    if let warning = manifest.answer(question, with: values) { diagnostics.add(warning) }
  }

  private static func ask<Value>(
    _ service: String, _ catalogues: [String: any ExportCatalogue],
    _ body: (any ExportCatalogue) async throws -> Value
  ) async throws -> Value {
    guard let catalogue = catalogues[service] else {
      throw CatalogueError(service: service, cause: ServiceError(.never, "there is no such service"))
    }
    do {
      return try await body(catalogue)
    } catch let error as ServiceError {
      throw CatalogueError(service: service, cause: error)
    }
  }
}
