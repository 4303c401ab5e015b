// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import Logging

/// Where a command asks for what only the services know: apps to discover, campaigns that are finished.
struct CatalogueOptions: ParsableArguments {
  @Flag(help: "Ask a local cloud with a small catalogue of its own instead of the services.")
  var local = false

  func inquiry(_ common: CommonOptions, tells: Bool = false) -> Inquiry {
    Inquiry(local: local, tells: tells, logger: common.logger)
  }
}

/// Asks services, or a local cloud in their place.
struct Inquiry: Sendable {
  var local = false
  /// Warnings about the manifest and the plan are shown.
  var tells = false
  let logger: Logger
  var say: Saying = Console.error

  func expand(_ project: Project, in folder: URL, asOf: Instant) async throws -> Plan {
    let (plan, remarks) = try await answered(project, in: folder).expanded(asOf: asOf)
    if tells { project.tell(remarks, say) }
    return plan
  }

  /// The project with what services were asked for; itself when there is nothing to ask.
  func answered(_ project: Project, in folder: URL) async throws -> Project {
    guard project.awaitsServices else { return project }
    let answered = try await using(project, in: folder) { access in
      try await project.answered(by: access, logger: logger)
    }
    answered.tellWarnings(besides: project, say)
    return answered
  }

  /// Runs a body that asks services: those of the manifest, or a local cloud in a folder that goes afterwards.
  func using<Value: Sendable>(
    _ project: Project, in folder: URL, _ body: @escaping @Sendable (CatalogueAccess) async throws -> Value
  ) async throws -> Value {
    guard local else { return try await body(CatalogueAccess(folder: folder)) }
    var world = try LocalWorld(project)
    // Nothing is exported.
    world.devices = 1
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-cloud-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let session = LocalSession(world: world, directory: directory, speed: 1, faults: [], logger: logger)
    return try await session.run { endpoints in
      try await body(CatalogueAccess(folder: folder, redirect: endpoints.redirect(exports: directory, speed: 1)))
    }
  }
}

extension CatalogueAccess {
  /// With this process's environment.
  init(folder: URL, redirect: LocalRedirect? = nil) {
    self.init(
      folder: folder, environment: ProcessInfo.processInfo.environment, redirect: redirect,
      program: "outhaul \(Outhaul.version)")
  }
}

extension Project {
  /// What a person should know of the manifest and of the plan.
  func tell(_ remarks: DiagnosticList, _ say: Saying) {
    var all = diagnostics
    all.add(contentsOf: remarks)
    if !all.isEmpty { say(all.sorted(files: [manifest.file]).text()) }
  }

  /// What the services' answers gave rise to.
  func tellWarnings(besides known: Project, _ say: Saying) {
    let warnings = DiagnosticList(diagnostics.all.filter { !known.diagnostics.all.contains($0) })
    if !warnings.isEmpty { say(warnings.text()) }
  }
}
