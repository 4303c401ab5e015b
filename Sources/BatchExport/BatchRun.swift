// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportReport
import ExportRun
import Foundation
import Logging
import Synchronization

/// One execution of a plan with everything it needs: secrets, services, stores, journal, report.
public struct BatchRun: Sendable {
  /// What a caller decides about a run.
  public struct Options: Sendable {
    /// What relative paths of the plan are relative to: the manifest's folder.
    public var folder: URL
    /// Where the state lives.
    public var state: URL
    /// For secrets.
    public var environment: [String: String]
    /// Sends everything to a local cloud instead.
    public var redirect: LocalRedirect?
    public var bounds: Scheduler.Bounds
    public var wishes = Runner<SteadyClock>.Wishes()
    /// Called around every commit.
    public var checkpoint: (@Sendable (Checkpoint, [JournalEvent]) -> Void)?
    /// The command that goes on where this run stopped.
    public var resume: String
    public var program: String

    public init(
      folder: URL, state: URL, environment: [String: String], redirect: LocalRedirect? = nil,
      bounds: Scheduler.Bounds = .init(), resume: String, program: String
    ) {
      (self.folder, self.state, self.environment) = (folder, state, environment)
      (self.redirect, self.bounds, self.resume, self.program) = (redirect, bounds, resume, program)
    }
  }

  /// What a run leaves.
  public struct Outcome: Sendable {
    public var result: RunResult
    public var report: RunReport
    /// `runs/ID`, with the reports, and with the plan when something was due.
    public var folder: URL
    /// Nobody got these; they change nothing of how the run ended.
    public var unsent: [UnsentNotification] = []
  }

  private let file: PlanFile
  private let options: Options
  private let logger: Logger

  public init(_ file: PlanFile, options: Options, logger: Logger) {
    (self.file, self.options, self.logger) = (file, options, logger)
  }

  /// Runs the plan and writes its reports to the run's folder.
  ///
  /// - Parameters:
  ///   - journal: of the state directory. Opened by the caller, before anything is started that writes there.
  ///   - stops: the first element ends the run early, with a state that resumes.
  ///   - cancels: an element has live tasks stopped at services that can.
  ///   - observe: told what happened once it is durable.
  /// - Throws: `SecretError`, `ProofError`, `ProjectError`, `DestinationError`, `JournalError`. Nothing has been asked of a
  ///   service after the first four, and nothing that is not in the journal after the last.
  public func run(
    journal: Journal, stops: AsyncStream<Scheduler.StopReason>,
    cancels: AsyncStream<Void> = AsyncStream { $0.finish() }, observe: @escaping @Sendable (RunNews) -> Void
  ) async throws -> Outcome {
    let live = LiveWriter(directory: options.state)
    let lines = LiveEvents()
    defer {
      live.remove()
      lines.end()
    }
    let clock = SteadyClock()
    let notifications = RunNotifications(file.plan, options: options)
    let requests = RequestLog()
    return try await RunResources.using(
      file.plan, options: options, logger: logger,
      watch: { transport, _ in
        RecordingTransport(base: transport, log: requests) { clock.now }
      }
    ) { resources in
      try file.plan.holdSignatures(resources, at: clock.now) {
        guard !options.wishes.redoes else { return Set(file.plan.exports.indices) }
        let dues = try Ledger(directory: options.state).dues(of: file.plan, at: clock.now)
        return Set(dues.indices.filter { dues[$0].isDue }.map { file.plan.jobs[$0].export })
      }
      var random = SystemRandomNumberGenerator()
      let runner = Runner(
        file.plan, resources: resources, journal: journal, bounds: options.bounds, wishes: options.wishes,
        clock: clock, seed: random.next(), logger: logger, sent: requests.take,
        checkpoint: options.checkpoint)
      let unwritten = Mutex<JournalError?>(nil)
      let origin = RunOrigin(program: options.program, resume: options.resume)
      let result = try await runner.run(planDigest: file.digest, origin: origin, stops: stops, cancels: cancels) {
        news in
        if case .began(let header) = news {
          let error = keepPlan(of: header)
          unwritten.withLock { $0 = error }
          if error == nil, header.dues.contains(where: { $0.isDue }) { lines.begin(header, in: folder(of: header)) }
        }
        lines.take(news)
        live.take(news)
        observe(news)
      }
      if let error = unwritten.withLock({ $0 }) { throw error }
      var outcome = try await conclude(result)
      outcome.unsent = await notifications.tell(
        outcome.report, file: outcome.folder.appendingPathComponent("report.html"), logger: logger)
      return outcome
    }
  }

  /// Writes the plan to the run's folder when the run begins, for those who look at it meanwhile, unless there is nothing
  /// to do: a plan that is done may have a million jobs.
  /// - Returns: what went wrong; the run goes on, and says so at its end.
  private func keepPlan(of header: RunHeader) -> JournalError? {
    guard header.dues.contains(where: { $0.isDue }) else { return nil }
    let folder = folder(of: header)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try file.save(to: folder.appendingPathComponent("plan.json"))
      return nil
    } catch {
      return .disk("cannot write the plan to \(folder.path): \(error.localizedDescription)")
    }
  }

  private func folder(of header: RunHeader) -> URL {
    options.state.appendingPathComponent("runs").appendingPathComponent(header.id)
  }

  /// Writing holds a thread: one is left for signals and progress.
  private static let reportsAtOnce = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount - 1))

  private func conclude(_ result: RunResult) async throws -> Outcome {
    let ledger = try Ledger(directory: options.state)
    guard let run = try ledger.run(result.header.id) else { throw JournalError.disk("the journal has lost the run") }
    let isKept = result.header.dues.contains { $0.isDue }
    let record = try ledger.record(of: run)
    let report = try RunReport(record, plan: isKept ? file : nil)
    let folder = folder(of: result.header)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      _ = try await ReportFormat.all.mapped(atOnce: Self.reportsAtOnce) { format in
        try WholeFile.write(to: folder.appendingPathComponent(format.fileName)) { try format.write(report, to: $0) }
      }
    } catch {
      throw JournalError.disk("cannot write the report to \(folder.path): \(error.localizedDescription)")
    }
    return Outcome(result: result, report: report, folder: folder)
  }
}
