// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import Logging
import Synchronization

/// What a run logs: when it begins and ends at `info`, what went wrong with jobs too, what is told of services at `notice`,
/// every event at `debug`, and everything that is decided at `trace`. Messages hold no secrets: failures come without.
final class RunLog: Sendable {
  private let plan: Plan
  private let titles: JobTitles
  private let finder: Mutex<JobFinder>
  private let logger: Logger

  init(_ plan: Plan, titles: JobTitles, logger: Logger) {
    (self.plan, self.titles, self.logger) = (plan, titles, logger)
    finder = Mutex(plan.jobs.finder())
  }

  private func logs(_ level: Logger.Level) -> Bool { logger.logLevel <= level }

  func began(_ header: RunHeader) {
    logger.info(
      "the run begins",
      metadata: [
        "run": "\(header.id)", "plan": "\(header.plan)", "jobs": "\(header.dues.count)",
        "due": "\(header.dues.count(where: \.isDue))",
      ])
  }

  func ended(_ result: RunResult) {
    logger.info("the run ends", metadata: ["run": "\(result.header.id)", "outcome": "\(result.outcome.rawValue)"])
  }

  func happened(_ events: [JournalEvent]) {
    guard logs(.info) else { return }
    for event in events {
      let level: Logger.Level = event.kind.failure == nil ? .debug : .info
      guard logs(level) else { continue }
      var metadata = about(event.key)
      for (name, value) in event.kind.json.object ?? [:] {
        // Lists are the journal's: of files, of parts.
        if let text = value.string ?? value.int.map({ "\($0)" }), name != "event" { metadata[name] = "\(text)" }
      }
      if let failure = event.kind.failure {
        metadata["cause"] = "\(failure.cause.rawValue)"
        metadata["request_id"] = failure.requestID.map { "\($0)" }
      }
      let words = event.kind.failure.map { ": \($0.message)" } ?? ""
      logger.log(level: level, "\(event.kind.word)\(words)", metadata: metadata)
    }
  }

  func decided(_ action: Scheduler.Action, _ scheduler: Scheduler) {
    guard logs(.trace) || action.isNotice else { return }
    func job(_ index: Int, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
      let job = scheduler.job(index)
      return about(job.key).merging(more) { $1 }
    }
    switch action {
    case .record: return
    case .submit(let index, let attempt): logger.trace("submit", metadata: job(index, ["attempt": "\(attempt)"]))
    case .find(let index, let attempt, let since):
      logger.trace("find", metadata: job(index, ["attempt": "\(attempt)", "since": "\(since)"]))
    case .poll(let index, let attempt, let task):
      logger.trace("poll", metadata: job(index, ["attempt": "\(attempt)", "task": "\(task)"]))
    case .list(let looks):
      logger.trace("list", metadata: looks.first.map { job($0.job, ["tasks": "\(looks.count)"]) } ?? [:])
    case .stop(let index, let attempt, let task):
      logger.trace("stop", metadata: job(index, ["attempt": "\(attempt)", "task": "\(task)"]))
    case .recall(let whole, let keys): logger.trace("recall", metadata: job(whole, ["parts": "\(keys.count)"]))
    case .collect(let index, let attempt, let task, _):
      logger.trace("collect", metadata: job(index, ["attempt": "\(attempt)", "task": "\(task)"]))
    case .tidy(let index, let task): logger.trace("tidy", metadata: job(index, ["task": "\(task)"]))
    case .notice(let notice): noticed(notice)
    case .finish(let reason): logger.trace("finish", metadata: ["because": "\(reason.map(Self.word) ?? "done")"])
    }
  }

  func tidied(_ key: JobKey, _ error: ServiceError) {
    logger.debug("a task was not taken away: \(PublicText.of(error.message))", metadata: about(key))
  }

  // MARK: Parts

  private func noticed(_ notice: Scheduler.Notice) {
    switch notice {
    case .unanswered(let service, let failure):
      logger.notice("a service does not answer: \(failure.message)", metadata: ["service": "\(service)"])
    case .answers(let service, let after):
      logger.notice(
        "a service answers again", metadata: ["service": "\(service)", "after_ms": "\(after.milliseconds)"])
    case .throttled(let service, let active):
      logger.notice("a service asks for patience", metadata: ["service": "\(service)", "active": "\(active)"])
    case .limited(let service, let active):
      logger.trace("a service is given so many tasks", metadata: ["service": "\(service)", "active": "\(active)"])
    case .spent(let service, let until):
      logger.notice("a service lets no more tasks be made", metadata: ["service": "\(service)", "until": "\(until)"])
    }
  }

  private static func word(_ reason: Scheduler.StopReason) -> String {
    switch reason {
    case .interrupted: "interrupted"
    case .timeIsUp: "time is up"
    case .halted(let failure): "halted: \(failure.cause.rawValue)"
    }
  }

  /// The job's key, whole, and its name where it is one of the plan's.
  private func about(_ key: JobKey) -> Logger.Metadata {
    var metadata: Logger.Metadata = ["key": "\(key.hex)"]
    if let job = finder.withLock({ $0.find(key) }) { metadata["job"] = "\(titles.title(of: plan.jobs[job]))" }
    return metadata
  }
}

extension Scheduler.Action {
  fileprivate var isNotice: Bool { if case .notice = self { true } else { false } }
}
