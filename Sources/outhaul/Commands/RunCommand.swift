// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import Synchronization
import UnixSignals

struct RunCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Do what is due: submit, follow, fetch, verify, report.",
    discussion: """
      Kill it anywhere and give the same command again: no task is submitted twice, nothing is lost, nothing \
      finished is repeated. Ctrl-C once stops safely.

      """ + ExitStatus.help)

  /// How many times faster a rehearsal's tasks live unless said.
  private static let localSpeed: Double = 200

  @OptionGroup var input: ManifestOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var common: CommonOptions

  @Flag(help: "Rehearse against a local cloud, with a state of its own: DIR/local of --state DIR, else .outhaul/local.")
  var local = false

  @Option(
    help: ArgumentHelp(
      "Keep the state here instead of in .outhaul beside the manifest; with --local in its folder 'local'.",
      valueName: "dir"),
    completion: .directory)
  var state: String?

  @Option(help: ArgumentHelp("Live tasks at once, over all services.", valueName: "n"))
  var active: Int = 64

  @Option(help: ArgumentHelp("How many times faster tasks live in the local cloud; 200 unless said.", valueName: "x"))
  var speed: Double?

  @Option(help: ArgumentHelp("A fault of the local cloud, such as submit:lost-answer:10%; may be repeated."))
  var fault: [String] = []

  @Option(
    help: ArgumentHelp(
      "How long after a lost answer its task may still appear at the service; 60s, with --local 2s.",
      valueName: "duration"))
  var settle: DurationArgument?

  func validate() throws {
    guard local || (fault.isEmpty && speed == nil) else {
      throw ValidationError("--fault and --speed are of the local cloud; they go with --local")
    }
    try input.refuseVariables()
    let speed = speed ?? Self.localSpeed
    guard (1...10_000).contains(active) else { throw ValidationError("--active takes a number from 1 to 10000") }
    for fault in fault { _ = try LocalSession.rule(fault) }
    guard speed > 0, speed <= 1_000_000 else { throw ValidationError("--speed takes a number above 0") }
  }

  func run() async throws {
    let source = try PlanSource(input.manifest, input.variables)
    let asOf = input.asOf?.instant ?? WallClock().now
    guard local else {
      let plan = try selection.select(
        from: try await source.plan(asOf: asOf, Inquiry(tells: true, logger: common.logger)), state: stateDirectory)
      if try isNothing(plan) { return }
      let journal = try Journal(directory: stateDirectory, now: WallClock().now, command: "outhaul run")
      return try await finish(plan, journal, options(state: stateDirectory, redirect: nil))
    }
    try await rehearse(source, asOf: asOf)
  }

  // MARK: Parts

  /// A plan file runs exactly as it is; a manifest is planned now, by what the local cloud tells of its apps.
  private func rehearse(_ source: PlanSource, asOf: Instant) async throws {
    let state = stateDirectory
    let known = try source.knownPlan(asOf: asOf).map { try selection.select(from: $0, state: state) }
    if let known, try isNothing(known) { return }
    let world = try known.map { try LocalWorld($0.plan) } ?? source.world()
    // The state is this run's own before a local cloud writes there.
    let journal = try Journal(directory: state, now: WallClock().now, command: "outhaul run")
    let speed = speed ?? Self.localSpeed
    let session = LocalSession(
      world: world, directory: state.appendingPathComponent("cloud"), speed: speed, faults: fault,
      logger: common.logger)
    let exports = state.appendingPathComponent("exports")
    let outcome = try await session.run { endpoints in
      let redirect = endpoints.redirect(exports: exports, speed: speed)
      let plan: PlanFile
      if let known {
        plan = known
      } else {
        let whole = try await source.plan(asOf: asOf, redirect, logger: common.logger)
        plan = try selection.select(from: whole, state: state)
      }
      return try await execute(plan, journal, options(state: state, redirect: redirect))
    }
    try conclude(outcome)
  }

  /// A selection that nothing fits, such as status:failed after a good night, is done.
  private func isNothing(_ plan: PlanFile) throws -> Bool {
    guard try plan.plan.jobs.isEmpty && !selection.selection.isEverything else { return false }
    if common.output == .json { Console.line(JSONValue.object(["selected": 0]).canonicalText) }
    return true
  }

  private var stateDirectory: URL {
    let own = input.stateDirectory(state)
    return local ? own.appendingPathComponent("local") : own
  }

  private func options(state: URL, redirect: LocalRedirect?) -> BatchRun.Options {
    BatchRun.Options(
      folder: input.folder, state: state, environment: ProcessInfo.processInfo.environment, redirect: redirect,
      bounds: Scheduler.Bounds(active: active, settle: settle?.duration ?? .seconds(local ? 2 : 60)),
      resume: resumeLine, program: "outhaul \(Outhaul.version)")
  }

  /// The command that was given, as a shell would take it again.
  private var resumeLine: String { CommandText.line(["outhaul"] + CommandLine.arguments.dropFirst()) }

  private func finish(_ plan: PlanFile, _ journal: Journal, _ options: BatchRun.Options) async throws {
    try conclude(try await execute(plan, journal, options))
  }

  private struct Executed: Sendable {
    var outcome: BatchRun.Outcome
    var signal: Int32?
  }

  private func execute(_ plan: PlanFile, _ journal: Journal, _ options: BatchRun.Options) async throws -> Executed {
    do {
      return try await executed(plan, journal, options)
    } catch let error as JournalError {
      Console.error("nothing is lost in \(options.state.path); once it can be written, go on with: \(options.resume)")
      throw error
    }
  }

  private func executed(_ plan: PlanFile, _ journal: Journal, _ options: BatchRun.Options) async throws -> Executed {
    let strays = try await journal.openTasks(besides: plan.plan.jobs.keys)
    if strays > 0 {
      Console.error(
        "\(strays) task\(strays == 1 ? "" : "s") of jobs that this plan does not have may still be open at a service: "
          + "run the plan that asked for them, with its --as-of, to bring them to an end")
    }
    let signal = SignalBox()
    let (stops, stop) = AsyncStream.makeStream(of: Scheduler.StopReason.self)
    let progress = Progress(plan.plan, isLive: Console.isErrorTerminal && common.output == .text)
    let batch = BatchRun(plan, options: options, logger: common.logger)
    let resume = options.resume
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let outcome = try await withThrowingTaskGroup(of: BatchRun.Outcome?.self) { group in
      group.addTask {
        for await caught in signals {
          // The second signal does not wait for anything; the state resumes all the same.
          if signal.note(caught == .sigterm ? SIGTERM : SIGINT) { Foundation.exit(signal.status.rawValue) }
          Console.error("stopping: waiting for requests under way; then go on with: \(resume)")
          stop.yield(.interrupted)
        }
        return nil
      }
      group.addTask {
        await progress.tick()
        return nil
      }
      group.addTask { try await batch.run(journal: journal, stops: stops, observe: progress.take) }
      defer { group.cancelAll() }
      while let next = try await group.next() {
        if let next { return next }
      }
      throw CancellationError()
    }
    progress.end()
    return Executed(outcome: outcome, signal: signal.caught)
  }

  private func conclude(_ executed: Executed) throws {
    let outcome = executed.outcome
    switch common.output {
    case .text:
      Console.line(outcome.report.summary())
      Console.line("report: \(outcome.folder.appendingPathComponent("report.html").relativePathFromHere)")
    case .json:
      Console.bytes(ReportFormat.json.render(outcome.report))
    }
    let status = ExitStatus(of: outcome.result, signal: executed.signal)
    if status != .done { throw StatusError(status: status) }
  }
}

/// The first signal that came.
private final class SignalBox: Sendable {
  private let first = Mutex<Int32?>(nil)

  var caught: Int32? { first.withLock { $0 } }
  var status: ExitStatus { caught == SIGTERM ? .terminated : .interrupted }

  /// True when another came before.
  func note(_ signal: Int32) -> Bool {
    first.withLock { first in
      defer { first = first ?? signal }
      return first != nil
    }
  }
}

extension URL {
  /// The path as seen from the working directory, when it is below that.
  fileprivate var relativePathFromHere: String {
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath).standardizedFileURL.path + "/"
    let path = standardizedFileURL.path
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }
}
