// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportPlan
import ExportRun
import ExportServices
import ExportStorage
import Foundation
import Logging

extension RunResources {
  /// Makes what the plan names, hands it to the body, and closes connections when the body is done.
  /// - Parameters:
  ///   - onlyStores: no service is made, and no secret of one is needed.
  ///   - watch: puts something between the requests and the network; it is given the secrets that they may hold.
  /// - Throws: `SecretError`, `ProjectError`, `ProofError`, and what the body throws.
  static func using<Value: Sendable>(
    _ plan: Plan, options: BatchRun.Options, logger: Logger, onlyStores: Bool = false,
    watch: (any HTTPTransport, [Secret]) -> any HTTPTransport = { transport, _ in transport },
    _ body: (RunResources) async throws -> Value
  ) async throws -> Value {
    // A rehearsal needs no secret of the real world.
    let secrets =
      options.redirect == nil
      ? try SecretResolver(environment: options.environment, folder: options.folder)
        .resolve(onlyStores ? plan.destinationSecrets : plan.secretsOfRun) : [:]
    let transport = AsyncHTTPTransport(
      program: options.program, environment: options.environment, logger: logger)
    do {
      let watched = watch(transport, Array(secrets.values))
      let services = ServiceBuilder(
        folder: options.folder, redirect: options.redirect, secrets: secrets, environment: options.environment,
        transport: watched)
      let builder = ResourceBuilder(plan: plan, options: options, services: services, transport: watched)
      let resources = try builder.resources(onlyStores: onlyStores)
      if !onlyStores {
        for warning in plan.shortSignatures(resources, at: WallClock().now) { logger.warning("\(warning)") }
      }
      let value =
        options.environment["OUTHAUL_LOOP"] == nil
        ? try await body(resources)
        : try await withTaskExecutorPreference(LoopExecutor.shared) { try await body(resources) }
      try await transport.shutdown()
      return value
    } catch {
      try? await transport.shutdown()
      throw error
    }
  }
}

/// Services and stores of one run.
private struct ResourceBuilder {
  let plan: Plan
  let options: BatchRun.Options
  let services: ServiceBuilder
  let transport: any HTTPTransport

  func resources(onlyStores: Bool) throws -> RunResources {
    var asked: [String: any ExportService] = [:]
    var traits: [String: ServiceTraits] = [:]
    for planned in onlyStores ? [] : plan.services {
      let service = try ProofError.naming(planned.name) { try services.service(planned) }
      traits[planned.name] = service.traits.paced(options.redirect?.speed)
      asked[planned.name] = service
    }
    var stores: [String: any ArtifactStore] = [:]
    for destination in plan.destinations { stores[destination.name] = try store(for: destination) }
    return RunResources(services: asked, traits: traits, stores: stores)
  }

  private func store(for destination: PlannedDestination) throws -> any ArtifactStore {
    switch destination.kind {
    case .azureContainer(let container): return try self.container(container)
    case .directory(let path, let staging, let files):
      let root =
        options.redirect.map { $0.exports.appendingPathComponent(destination.name) }
        ?? URL(fileURLWithPath: path, relativeTo: options.folder)
      return DirectoryStore(
        root: root, staging: try staging.map { try self.staging($0, of: destination) }, names: files)
    }
  }

  private func staging(_ name: String, of destination: PlannedDestination) throws -> AzureContainerStore {
    guard let staged = plan.destinations.first(where: { $0.name == name }),
      case .azureContainer(let container) = staged.kind
    else { throw ProjectError.staging(destination.name) }
    return try self.container(container)
  }

  private func container(_ setting: AzureContainerSetting) throws -> AzureContainerStore {
    let clock: @Sendable () -> Instant = { WallClock().now }
    if let local = options.redirect {
      let name = setting.url.split(separator: "/").last.map(String.init) ?? "exports"
      return AzureContainerStore(
        url: "\(local.blobs)/\(name)", credential: .accountKey(local.accountKey), transport: transport, clock: clock,
        createsContainer: true)
    }
    let credential: AzureContainerStore.Credential =
      switch setting.credential {
      case .accountKey(let name): .accountKey(try secret(name))
      case .sas(let name): .sas(try secret(name))
      case .credential(let setting): .tokens(try services.tokens(setting))
      }
    return AzureContainerStore(
      url: setting.url, credential: credential, transport: transport, clock: clock, createsContainer: false)
  }

  private func secret(_ name: String) throws -> Secret { try services.secret(name) }
}

extension Plan {
  /// The secrets that destinations name.
  fileprivate var destinationSecrets: [String: SecretReference] {
    let names = destinations.compactMap { destination -> String? in
      guard case .azureContainer(let container) = destination.kind else { return nil }
      return container.credential.secret
    }
    return secrets.filter { names.contains($0.key) }
  }
}

extension ServiceTraits {
  /// Polling that keeps pace with a cloud whose tasks live faster; never below 50 ms.
  func paced(_ speed: Double?) -> ServiceTraits {
    guard let speed, speed > 1 else { return self }
    func shorter(_ pause: Duration) -> Duration { max(.milliseconds(50), pause / speed) }
    var paced = self
    paced.polling = PollRule(
      first: shorter(polling.first), every: shorter(polling.every), growth: polling.growth,
      most: max(.milliseconds(500), polling.most / speed))
    return paced
  }
}
