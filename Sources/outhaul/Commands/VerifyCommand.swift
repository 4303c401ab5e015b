// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct VerifyCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Hold the ledger against the files: what is missing or changed becomes due again.",
    discussion: """
      Every file of every verified job of the plan is looked up at its destination and read: its size and its SHA-256 \
      are to be what they were when it was verified. Where the credential does not permit reading, or with --quick, \
      name and size are. A job with a file that is missing or changed is due with the reason 'artifact missing', once; \
      when its files are there again, the next 'verify' that reads them takes that back. The status is 2 when something \
      is missing or changed.

      """ + ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp("The state with the ledger, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  @Flag(help: "Hold the ledger of rehearsals, in DIR/local, against their files.")
  var local = false

  @Flag(help: "Look at names and sizes only; read nothing.")
  var quick = false

  @Flag(help: "Tell what is missing or changed, and do not write it into the ledger.")
  var dryRun = false

  func validate() throws { try input.refuseVariables() }

  func run() async throws {
    let source = try PlanSource(input.manifest, input.variables)
    let whole = try await source.expand(
      asOf: input.asOf?.instant ?? WallClock().now, Inquiry(local: local, tells: true, logger: common.logger))
    let plan = try selection.select(from: whole, state: directory)
    // A run that goes on would replace files meanwhile, and a rehearsal's cloud runs once at a time.
    let journal =
      (dryRun && !local) || !isThere
      ? nil : try Journal(directory: directory, now: WallClock().now, command: "outhaul verify")
    let stores = StoreSession(
      folder: input.folder, state: directory, isLocal: local, program: "outhaul \(Outhaul.version)",
      logger: common.logger)
    let (reads, logger, ledger) = (!quick, common.logger, dryRun ? nil : journal)
    let outcome = try await stores.run(plan) { options in
      try await LedgerAudit(plan, options: options, reads: reads, logger: logger).run(journal: ledger)
    }
    await journal?.close()
    let fill = outcome.findings.contains { $0.due.isDue } ? CommandText.line(fillCommand) : nil
    switch common.output {
    case .json: Console.line(outcome.json(of: plan.name, fill: fill).canonicalText)
    case .text: Console.line(AuditText(outcome, of: plan.name, fill: fill).text)
    }
    if !outcome.findings.isEmpty { throw StatusError(status: .difference) }
  }

  private var directory: URL { input.stateDirectory(state, local: local) }

  /// Nothing is made where nothing was exported.
  private var isThere: Bool {
    FileManager.default.fileExists(atPath: directory.appendingPathComponent("state.sqlite").path)
  }

  private var fillCommand: [String] {
    input.runCommand(state: state, local: local) + ["--select", "status:artifact-missing"]
  }
}
