// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct CancelCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Stop the live tasks of a plan at their services, and start nothing.",
    discussion: """
      For a run that has ended or died: a run that goes on is stopped by Ctrl-C, or by SIGTERM. A task whose answer was \
      lost is looked for first, where the service can be asked. Where a service cannot stop tasks they live on, and the next run looks at them. Jobs that \
      were stopped are due again.

      """ + ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var progress: ProgressOptions

  @Flag(help: "Those of rehearsals, at their local cloud: the state is DIR/local.")
  var local = false

  @Option(
    help: ArgumentHelp("The state, instead of .outhaul beside the manifest.", valueName: "dir"),
    completion: .directory)
  var state: String?

  @Option(
    help: ArgumentHelp(
      "How long after a lost answer its task may still appear at the service; 60s, with --local 2s.",
      valueName: "duration"))
  var settle: DurationArgument?

  func validate() throws { try input.refuseVariables() }

  func run() async throws {
    let source = try PlanSource(input.manifest, input.variables)
    let asOf = input.asOf?.instant ?? WallClock().now
    guard local else {
      let inquiry = Inquiry(tells: true, logger: common.logger, say: progress.mode.say)
      let plan = try selection.select(
        from: try await source.plan(asOf: asOf, inquiry), state: directory, say: progress.mode.say)
      return try tell(try await stop(plan, try journal(), nil))
    }
    let rehearsal = Rehearsal(
      source: source, selection: selection, asOf: asOf, state: directory, speed: Self.localSpeed,
      logger: common.logger, say: progress.mode.say)
    let known = try rehearsal.known()
    let journal = try journal()
    let stopped = try await rehearsal.run(known) { try await stop($0, journal, $1) }
    try tell(stopped)
  }

  // MARK: Parts

  /// Tasks of a rehearsal do not end while they are looked at.
  private static let localSpeed: Double = 1

  private var directory: URL { input.stateDirectory(state, local: local) }

  private func journal() throws -> Journal {
    try Journal(directory: directory, now: WallClock().now, command: "outhaul cancel")
  }

  private struct Stopped: Sendable {
    var executed: RunSession.Executed
    /// Tasks of the plan that were alive, and those of them that were stopped.
    var live: Int
    var stopped: Int
  }

  private func stop(_ plan: PlanFile, _ journal: Journal, _ redirect: LocalRedirect?) async throws -> Stopped {
    let options = BatchRun.Options(
      folder: input.folder, state: directory, environment: ProcessInfo.processInfo.environment, redirect: redirect,
      bounds: Scheduler.Bounds(settle: settle?.duration ?? .seconds(local ? 2 : 60), purpose: .cancel),
      resume: RunSession.resumeLine, program: "outhaul \(Outhaul.version)")
    let strangers = try await journal.liveTasks(besides: plan.plan.jobs.keys).count
    let live = try await journal.liveTasks(besides: []).count - strangers
    let session = RunSession(
      plan: plan, journal: journal, options: options, common: common, progress: progress.mode)
    let executed = try await session.run()
    let stopped = try await journal.events().count { if case .cancelled = $0.kind { true } else { false } }
    return Stopped(executed: executed, live: live, stopped: stopped)
  }

  private func tell(_ told: Stopped) throws {
    let (live, stopped, result) = (told.live, told.stopped, told.executed.outcome.result)
    switch common.output {
    case .text:
      Console.line(
        live == 0
          ? "No task of the plan is alive."
          : "\(stopped) of \(Count.words(live, "live task")) stopped"
            + (stopped < live ? "; the others are over, or live on: the next run looks at them." : "."))
    case .json:
      Console.line(
        JSONValue.object(["cancel": 1, "live": .int(Int64(live)), "stopped": .int(Int64(stopped))]).canonicalText)
    }
    if case .halted? = result.stop { throw StatusError(status: ExitStatus(of: result, signal: told.executed.signal)) }
    if stopped < live { throw StatusError(status: .difference) }
  }
}
