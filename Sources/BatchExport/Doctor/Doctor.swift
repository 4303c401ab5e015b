// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportPlan
import ExportRun
import ExportStorage
import Foundation
import Logging

/// Looks at everything that a run of a manifest needs, before the run: secrets, services, destinations. One check that
/// fails does not keep the others from being made. Nothing is exported; a container may be given one small blob.
public struct Doctor: Sendable {
  /// Services that are looked at at the same time.
  static let servicesAtOnce = 4

  let project: Project
  let asOf: Instant
  let options: BatchRun.Options
  let logger: Logger

  public init(_ project: Project, asOf: Instant, options: BatchRun.Options, logger: Logger) {
    (self.project, self.asOf, self.options, self.logger) = (project, asOf, options, logger)
  }

  /// - Parameters:
  ///   - path: of the manifest, as people know it.
  ///   - observe: told of every check, in order.
  public func examine(path: String, observe: @escaping @Sendable (Checkup) -> Void) async {
    observe(manifest(path))
    let (secrets, checks) = self.secrets()
    for check in checks { observe(check) }
    let transport = AsyncHTTPTransport(
      program: options.program, environment: options.environment, logger: logger)
    let services = project.manifest.services.compactMap { setting in
      project.traits[setting.name.value].map { traits in
        ServiceExamination(
          setting: setting, service: PlannedService(setting, traits), traits: traits,
          app: project.manifest.apps.first?.parameters.mapValues(\.value), options: options, secrets: secrets,
          transport: transport)
      }
    }
    let found = (try? await services.mapped(atOnce: Self.servicesAtOnce) { await $0.checks() }) ?? []
    for check in found.flatMap({ $0 }) { observe(check) }
    let forecast = await forecast()
    for setting in project.manifest.destinations {
      let examination = DestinationExamination(
        setting: setting, needs: rights(of: setting), forecast: forecast, options: options, secrets: secrets,
        transport: transport)
      for check in await examination.checks() { observe(check) }
    }
    try? await transport.shutdown()
    for notification in project.manifest.notifications {
      if let check = NotificationExamination(notification, options: options, secrets: secrets).check() {
        observe(check)
      }
    }
  }

  // MARK: The manifest

  private func manifest(_ path: String) -> Checkup {
    do {
      guard !project.awaitsServices else {
        try project.checkOffline(asOf: asOf)
        return .ok(
          .manifest, path, "valid", "valid as far as can be told without \(project.awaited.joined(separator: ", "))")
      }
      return .ok(.manifest, path, "valid", "valid, \(Count.words(try project.expand(asOf: asOf).jobs.count, "job"))")
    } catch ProjectError.invalid(let diagnostics) {
      let first = diagnostics.all.first { $0.severity == .error }?.message ?? "it makes no plan"
      return .failed(.manifest, path, "valid", first, .invalid, do: "'outhaul validate \(path)' tells all")
    } catch {
      return .failed(.manifest, path, "valid", "\(error)", .invalid, do: "'outhaul validate \(path)' tells all")
    }
  }

  // MARK: Secrets

  /// Those that are there, and what is to be said of each.
  private func secrets() -> ([String: Secret], [Checkup]) {
    let references = project.manifest.secrets.sorted { $0.key < $1.key }
    guard options.redirect == nil else {
      return ([:], references.map { .ok(.secret, $0.key, "reference", "not needed in a rehearsal") })
    }
    let examination = SecretExamination(environment: options.environment, folder: options.folder)
    var secrets: [String: Secret] = [:]
    var checks: [Checkup] = []
    for (name, reference) in references {
      let (secret, check) = examination.examine(name, reference)
      secrets[name] = secret
      checks.append(check)
    }
    return (secrets, checks)
  }

  // MARK: Destinations

  /// Letters that a signature for the container needs: those of the services that write there, and reading where files
  /// are downloaded from it.
  private func rights(of setting: DestinationSetting) -> String {
    let manifest = project.manifest
    let folders = manifest.destinations.filter { other in
      if case .directory(_, staging: setting.name.value, _) = other.kind { true } else { false }
    }.map(\.name.value)
    let used = manifest.exports.filter { ([setting.name.value] + folders).contains($0.destination.value) }
    var letters = Set<Character>()
    for export in used {
      guard case .container(let rights)? = project.traits[export.service.value]?.delivery else { continue }
      letters.formUnion(rights)
      if folders.contains(export.destination.value) { letters.insert("r") }
    }
    return letters.isEmpty ? "wl" : String("racwdl".filter(letters.contains))
  }

  /// How long a run of all that is due takes; `nil` when that cannot be told, or nobody needs to know.
  private func forecast() async -> Forecast? {
    let isNeeded = project.manifest.destinations.contains { setting in
      if case .azureContainer(let container) = setting.kind, case .sas = container.credential { true } else { false }
    }
    guard isNeeded, options.redirect == nil else { return nil }
    var project = project
    if project.awaitsServices {
      let access = CatalogueAccess(
        folder: options.folder, environment: options.environment, program: options.program,
        patience: Patience(attempts: 1))
      guard let answered = try? await project.answered(by: access, logger: logger) else { return nil }
      project = answered
    }
    guard let plan = try? project.expand(asOf: asOf),
      let (dues, history) = try? Ledger(directory: options.state).outlook(of: plan, at: asOf)
    else { return nil }
    return try? Forecast(
      plan, dues: dues, history: history, traits: project.traits, folder: options.folder, at: asOf)
  }
}
