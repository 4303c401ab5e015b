// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Logging

/// A plan that is there, or a manifest that can make one.
struct PlanSource {
  let file: PlanFile?
  let project: Project?
  private let folder: URL

  /// Whether a path leads to a plan, or to what was one: a file in `.json` that is no manifest either is told as a plan
  /// that was changed.
  static func isPlan(_ path: String) -> Bool {
    if PlanFile.isPlan(at: path) { return true }
    guard path.hasSuffix(".json") else { return false }
    guard let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)) else { return true }
    defer { try? file.close() }
    let head = String(decoding: (try? file.read(upToCount: 1 << 16)) ?? Data(), as: UTF8.self)
    return !head.contains("\"manifest\"") && !head.split(separator: "\n").contains { $0.hasPrefix("manifest:") }
  }

  /// - Throws: `ProjectError`.
  init(_ path: String, _ variables: VariableOptions) throws {
    let isPlan = Self.isPlan(path)
    file = isPlan ? try PlanFile(reading: path) : nil
    project = isPlan ? nil : try variables.project(path)
    folder = URL(fileURLWithPath: path).deletingLastPathComponent()
  }

  func plan(asOf: Instant, _ inquiry: Inquiry) async throws -> PlanFile {
    if let file { return file }
    return PlanFile(try await expand(asOf: asOf, inquiry))
  }

  /// The plan without its digest.
  func expand(asOf: Instant, _ inquiry: Inquiry) async throws -> Plan {
    if let file { return file.plan }
    guard let project else { throw ProjectError.invalid(DiagnosticList()) }
    return try await inquiry.expand(project, in: folder, asOf: asOf)
  }

  /// By what a local cloud that runs already tells.
  func plan(
    asOf: Instant, _ redirect: LocalRedirect, logger: Logger, say: Saying
  ) async throws -> PlanFile {
    guard let project else { return try await plan(asOf: asOf, Inquiry(logger: logger)) }
    let answered = try await project.answered(by: CatalogueAccess(folder: folder, redirect: redirect), logger: logger)
    answered.tellWarnings(besides: project, say)
    let (plan, remarks) = try answered.expanded(asOf: asOf)
    project.tell(remarks, say)
    return PlanFile(plan)
  }

  /// The plan, when no service has to be asked for it.
  func knownPlan(asOf: Instant, say: Saying) throws -> PlanFile? {
    guard let project else { return file }
    guard !project.awaitsServices else { return nil }
    let (plan, remarks) = try project.expanded(asOf: asOf)
    project.tell(remarks, say)
    return PlanFile(plan)
  }

  /// What a local cloud has to hold for a manifest.
  func world() throws -> LocalWorld {
    guard let project else { throw ProjectError.invalid(DiagnosticList()) }
    return try LocalWorld(project)
  }
}
