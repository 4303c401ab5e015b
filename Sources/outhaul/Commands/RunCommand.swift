// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct RunCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Do what is due: submit, follow, fetch, verify, report.",
    discussion: """
      Kill it anywhere and give the same command again: no task is submitted twice, nothing is lost, nothing \
      finished is repeated. Ctrl-C once stops safely; twice, tasks are stopped at services that can do that; a third \
      time ends at once.

      """ + ExitStatus.help)

  /// How many times faster a rehearsal's tasks live unless said.
  private static let localSpeed: Double = 200

  @OptionGroup var input: ManifestOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var progress: ProgressOptions

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

  @OptionGroup var limits: RunLimitOptions
  @OptionGroup var delivery: DeliveryOptions

  @Flag(
    help: ArgumentHelp(
      "Do good jobs once more, those that are selected; broken off and given again, it goes on with the same."))
  var redo = false

  @Option(
    help: ArgumentHelp(
      "Say what became of a task whose answer was lost and that cannot be told apart: the service's name of it, or "
        + "none; may be repeated.", valueName: "job=task|none"))
  var adopt: [AdoptArgument] = []

  func validate() throws {
    guard local || (fault.isEmpty && speed == nil) else {
      throw ValidationError("--fault and --speed are of the local cloud; they go with --local")
    }
    try input.refuseVariables()
    let speed = speed ?? Self.localSpeed
    guard (1...10_000).contains(active) else { throw ValidationError("--active takes a number from 1 to 10000") }
    guard limits.retries.map({ $0 >= 0 }) ?? true else { throw ValidationError("--retries takes a number from 0 up") }
    for fault in fault { _ = try LocalSession.rule(fault) }
    guard speed > 0, speed <= 1_000_000 else { throw ValidationError("--speed takes a number above 0") }
  }

  func run() async throws {
    let source = try PlanSource(input.manifest, input.variables)
    let asOf = input.asOf?.instant ?? WallClock().now
    try delivery.refuse(besides: source.project, state: stateDirectory)
    guard local else {
      let inquiry = Inquiry(tells: true, logger: common.logger, say: progress.mode.say)
      let plan = try selection.select(
        from: try await source.plan(asOf: asOf, inquiry), state: stateDirectory, say: progress.mode.say)
      if try isNothing(plan) { return }
      let wishes = try wishes(for: plan.plan)
      let journal = try Journal(directory: stateDirectory, now: WallClock().now, command: "outhaul run")
      return try await finish(plan, journal, options(state: stateDirectory, redirect: nil, wishes))
    }
    try await rehearse(source, asOf: asOf)
  }

  // MARK: Parts

  /// A plan file runs exactly as it is; a manifest is planned now, by what the local cloud tells of its apps.
  private func rehearse(_ source: PlanSource, asOf: Instant) async throws {
    let state = stateDirectory
    let rehearsal = Rehearsal(
      source: source, selection: selection, asOf: asOf, state: state, speed: speed ?? Self.localSpeed, faults: fault,
      logger: common.logger, say: progress.mode.say)
    let known = try rehearsal.known()
    if let known, try isNothing(known) { return }
    // The state is this run's own before a local cloud writes there.
    let journal = try Journal(directory: state, now: WallClock().now, command: "outhaul run")
    let outcome = try await rehearsal.run(known) { plan, redirect in
      try await performing(plan, journal, options(state: state, redirect: redirect, try wishes(for: plan.plan))).run()
    }
    try await conclude(outcome)
  }

  /// A selection that nothing fits, such as status:failed after a good night, is done.
  private func isNothing(_ plan: PlanFile) throws -> Bool {
    guard try plan.plan.jobs.isEmpty && !selection.selection.isEverything else { return false }
    if common.output == .json { Console.line(JSONValue.object(["run": 1, "selected": 0]).canonicalText) }
    return true
  }

  private var stateDirectory: URL { input.stateDirectory(state, local: local) }

  private func options(
    state: URL, redirect: LocalRedirect?, _ wishes: Runner<SteadyClock>.Wishes
  ) -> BatchRun.Options {
    var bounds = Scheduler.Bounds(active: active, settle: settle?.duration ?? .seconds(local ? 2 : 60))
    if let retries = limits.retries { bounds.retries = RetryBudget(base: retries, perJob: 0) }
    var options = BatchRun.Options(
      folder: input.folder, state: state, environment: ProcessInfo.processInfo.environment, redirect: redirect,
      bounds: bounds, resume: RunSession.resumeLine, program: "outhaul \(Outhaul.version)")
    options.wishes = wishes
    return options
  }

  /// - Throws: `ValidationError` for a job that the plan does not have.
  private func wishes(for plan: Plan) throws -> Runner<SteadyClock>.Wishes {
    var wishes = Runner<SteadyClock>.Wishes()
    wishes.redoes = redo
    wishes.until = limits.end(from: WallClock().now)
    for told in adopt { wishes.adopts[try lost(told.job, of: plan)] = .some(told.task) }
    return wishes
  }

  /// A job, or a part of one, whose answer was lost: by its title, its key, or six digits of that.
  /// - Throws: `ValidationError` when there is none.
  private func lost(_ subject: String, of plan: Plan) throws -> JobKey {
    let live = try Ledger(directory: stateDirectory).liveTasks().filter { $0.task == nil }
    let known = (try? plan.job(named: subject)).map { plan.jobs.keys[$0] }
    let found = live.filter { task in
      task.key == known || task.title == subject || (subject.count >= 6 && task.key.hex.hasPrefix(subject.lowercased()))
    }
    if found.count == 1 { return found[0].key }
    let names = live.prefix(5).map { $0.title ?? $0.key.short }.joined(separator: ", ")
    throw ValidationError(
      found.isEmpty
        ? "--adopt: no task of '\(subject)' is looked for" + (names.isEmpty ? "" : "; these are: \(names)")
        : "--adopt: '\(subject)' stands for several jobs; say more of the key")
  }

  private func performing(_ plan: PlanFile, _ journal: Journal, _ options: BatchRun.Options) -> RunSession {
    RunSession(plan: plan, journal: journal, options: options, common: common, progress: progress.mode)
  }

  private func finish(_ plan: PlanFile, _ journal: Journal, _ options: BatchRun.Options) async throws {
    try await conclude(try await performing(plan, journal, options).run())
  }

  private func conclude(_ executed: RunSession.Executed) async throws {
    let outcome = executed.outcome
    await delivery.deliver(outcome.report, logger: common.logger, say: progress.mode.say)
    switch common.output {
    case .text:
      Console.line(outcome.report.summary())
      Console.line("report: \(outcome.folder.appendingPathComponent("report.html").relativePathFromHere)")
    case .json:
      try ReportFormat.json.write(outcome.report) { Console.bytes($0) }
    }
    for unsent in outcome.unsent { progress.mode.say("\(unsent)") }
    let status = ExitStatus(of: outcome.result, signal: executed.signal)
    if status != .done { throw StatusError(status: status) }
  }
}

extension URL {
  /// The path as seen from the working directory, when it is below that.
  var relativePathFromHere: String {
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath).standardizedFileURL.path + "/"
    let path = standardizedFileURL.path
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }
}
