// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import Synchronization

struct DoctorCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at all that a run needs before it runs: secrets, services, destinations.",
    discussion: """
      One line for each check, with what to do about it. Tokens are fetched, apps or tasks are listed, and a blob \
      'outhaul-doctor-probe' is written to each container and deleted where the credential permits it. No task is made.

      The status is 0 when all is well or only warned of; otherwise that of the worst failure: 77 is worse than 69, and \
      69 than 65.

      """ + ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var common: CommonOptions

  @Flag(help: "Look at a local cloud in place of the services and containers.")
  var local = false

  @Option(
    help: ArgumentHelp(
      "The state that tells how long earlier tasks took, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  func run() async throws {
    let project: Project
    do { project = try input.project() } catch ProjectError.invalid(let diagnostics) {
      return try conclude([invalid(diagnostics)], diagnostics)
    }
    let asOf = input.asOf?.instant ?? WallClock().now
    let found = Found(isText: common.output == .text)
    let (path, logger) = (input.manifest, common.logger)
    guard local else {
      await Doctor(project, asOf: asOf, options: options(nil), logger: logger)
        .examine(path: path, observe: found.take)
      return try conclude(found.checks)
    }
    let world = try LocalWorld(project)
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-cloud-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let session = LocalSession(world: world, directory: directory, speed: 1, faults: [], logger: logger)
    let exports = input.stateDirectory(state).appendingPathComponent("local/exports")
    try await session.run { endpoints in
      let options = options(endpoints.redirect(exports: exports, speed: 1))
      await Doctor(project, asOf: asOf, options: options, logger: logger).examine(path: path, observe: found.take)
    }
    try conclude(found.checks)
  }

  // MARK: Parts

  /// The checks in their order; as text they are printed when they come.
  private final class Found: Sendable {
    private let state = Mutex<[Checkup]>([])
    private let isText: Bool

    init(isText: Bool) { self.isText = isText }

    var checks: [Checkup] { state.withLock { $0 } }

    @Sendable func take(_ check: Checkup) {
      state.withLock { $0.append(check) }
      if isText { Console.line(check.text) }
    }
  }

  private func options(_ redirect: LocalRedirect?) -> BatchRun.Options {
    BatchRun.Options(
      folder: input.folder, state: input.stateDirectory(state), environment: ProcessInfo.processInfo.environment,
      redirect: redirect, resume: "", program: "outhaul \(Outhaul.version)")
  }

  private func invalid(_ diagnostics: DiagnosticList) -> Checkup {
    let errors = Count.words(diagnostics.all.count { $0.severity == .error }, "error")
    return Checkup(
      area: .manifest, name: input.manifest, check: "valid", verdict: .failed, message: "invalid: \(errors)",
      advice: "mend the manifest first; nothing else was looked at", cause: .invalid)
  }

  private func conclude(_ checks: [Checkup], _ diagnostics: DiagnosticList? = nil) throws {
    if let diagnostics {
      Console.error(diagnostics.text())
      if common.output == .text { for check in checks { Console.line(check.text) } }
    }
    if common.output == .json { Console.line(checks.json(of: input.manifest, at: WallClock().now).canonicalText) }
    if let worst = checks.compactMap(\.cause).max() { throw StatusError(status: ExitStatus(of: worst)) }
  }
}

extension ExitStatus {
  fileprivate init(of cause: Checkup.Cause) {
    self =
      switch cause {
      case .invalid: .invalid
      case .unreachable: .unreachable
      case .refused: .refused
      }
  }
}
