// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportPlan
import ExportServices
import Foundation
import Logging

/// How the catalogues of a manifest's services are reached.
public struct CatalogueAccess: Sendable {
  /// The manifest's.
  public var folder: URL
  /// For secrets.
  public var environment: [String: String]
  /// Asks a local cloud instead.
  public var redirect: LocalRedirect?
  public var program: String
  public var patience: Patience

  public init(
    folder: URL, environment: [String: String], redirect: LocalRedirect? = nil, program: String,
    patience: Patience = Patience()
  ) {
    (self.folder, self.environment, self.redirect) = (folder, environment, redirect)
    (self.program, self.patience) = (program, patience)
  }

  /// Makes the catalogues of services, hands them to the body, and closes connections when the body is done. Only the
  /// secrets of these services are taken.
  /// - Throws: `SecretError`, `ProjectError`, `ProofError`, and what the body throws.
  func using<Value: Sendable>(
    _ names: Set<String>, of project: Project, logger: Logger,
    _ body: ([String: any ExportCatalogue]) async throws -> Value
  ) async throws -> Value {
    let settings = project.manifest.services.filter { names.contains($0.name.value) }
    let needed = settings.compactMap(\.credential.secret) + settings.flatMap { $0.secrets.values.map(\.value) }
    // A rehearsal needs no secret of the real world.
    let references = redirect == nil ? project.manifest.secrets.filter { needed.contains($0.key) } : [:]
    let secrets = try SecretResolver(environment: environment, folder: folder).resolve(references)
    let transport = AsyncHTTPTransport(program: program, environment: environment, logger: logger)
    do {
      let builder = ServiceBuilder(
        folder: folder, redirect: redirect, secrets: secrets, environment: environment, transport: transport)
      var catalogues: [String: any ExportCatalogue] = [:]
      for setting in settings {
        guard let traits = project.traits[setting.name.value] else { continue }
        let service = try ProofError.naming(setting.name.value) {
          try builder.service(PlannedService(setting, traits))
        }
        catalogues[setting.name.value] = DescribedCatalogue(service, patience: patience)
      }
      let value = try await body(catalogues)
      try await transport.shutdown()
      return value
    } catch {
      try? await transport.shutdown()
      throw error
    }
  }
}

/// A service that could not be asked for what the plan needs of it.
public struct CatalogueError: Error, Sendable, CustomStringConvertible {
  /// The manifest's name for it.
  public var service: String
  public var cause: ServiceError

  public var description: String { "the catalogue of '\(service)' cannot be read: \(cause.message)" }
}
