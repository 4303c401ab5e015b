// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

/// One try at a job, or at a part of it, as a run saw it.
public struct ReportedAttempt: Sendable, Equatable {
  /// What became of it.
  public enum Ending: String, Sendable, CaseIterable {
    case verified
    /// The service made no task.
    case refused
    /// The answer was lost, and the service has no task of it.
    case absent
    /// The task ended without success at the service, or is gone.
    case taskFailed
    /// The files were not good.
    case rejected
    /// It was not waited for any longer.
    case abandoned
    case cancelled
    /// The window was too large, and parts of it were asked for.
    case split
    /// The job was over before the attempt was.
    case failed
    /// The run ended before it did.
    case open
  }

  /// A step that did not work and was tried again.
  public struct Setback: Sendable, Equatable {
    public var at: Instant
    public var step: JournalEvent.Step
    public var failure: Failure
  }

  /// The job's, or the part's.
  public var key: JobKey
  /// 0 where an earlier run began it and this one did not learn its number.
  public var number: Int
  /// When its intent was written; `nil`: an earlier run did that.
  public var began: Instant?
  public var submitted: Instant?
  public var running: Instant?
  public var succeeded: Instant?
  /// When the files began to be looked at.
  public var verifying: Instant?
  public var ended: Instant?
  public var task: String?
  public var requestID: String?
  public var isAdopted = false
  public var setbacks: [Setback] = []
  public var ending = Ending.open
  /// Why it ended so.
  public var failure: Failure?

  init(_ key: JobKey, number: Int, began: Instant?) { (self.key, self.number, self.began) = (key, number, began) }

  /// The first that is known of it.
  public var firstSeen: Instant? {
    began ?? [submitted, running, succeeded, verifying, setbacks.first?.at, ended].compactMap(\.self).min()
  }
}

extension RunReport {
  /// For each of `jobs` its attempts in this run, in the order in which they began; those of parts are the job's.
  public var attempts: ReportedAttempts { ReportedAttempts(table) }
}

/// Attempts of jobs, folded when they are asked for.
public struct ReportedAttempts: Sendable, RandomAccessCollection {
  private let table: ReportedTable

  init(_ table: ReportedTable) { self.table = table }

  public var startIndex: Int { 0 }
  public var endIndex: Int { table.rows.count }

  public subscript(place: Int) -> [ReportedAttempt] {
    var fold = AttemptFold()
    for event in table.events(of: place) { fold.take(event) }
    return fold.attempts
  }
}

/// Events of a job and its parts to attempts.
private struct AttemptFold {
  private(set) var attempts: [ReportedAttempt] = []
  /// By key: the last one, while it goes on.
  private var open = OpenAttempts()

  mutating func take(_ event: JournalEvent) {
    switch event.kind {
    case .intent(let number):
      end(event, .open)
      open[event.key] = attempts.count
      attempts.append(ReportedAttempt(event.key, number: number, began: event.at))
    case .submitted(let number, let task, let requestID):
      change(event, number) { ($0.submitted, $0.task, $0.requestID) = (event.at, task, requestID) }
    case .adopted(let number, let task):
      change(event, number) { ($0.submitted, $0.task, $0.isAdopted) = (event.at, task, true) }
    case .running: change(event) { $0.running = $0.running ?? event.at }
    case .succeeded(let number): change(event, number) { $0.succeeded = event.at }
    case .verifying(let number): change(event, number) { $0.verifying = event.at }
    // A job that was done in parts is verified without an attempt of its own.
    case .verified(let number, _): if open[event.key] != nil { close(event, number, .verified, nil) }
    case .setback(let step, let failure):
      guard open[event.key] != nil else { return }
      change(event) { $0.setbacks.append(.init(at: event.at, step: step, failure: failure)) }
    case .refused(let number, let failure): close(event, number, .refused, failure)
    case .taskFailed(let number, let failure): close(event, number, .taskFailed, failure)
    case .rejected(let number, let failure): close(event, number, .rejected, failure)
    case .absent(let number), .unknowable(let number): close(event, number, .absent, nil)
    case .cancelled(let number): close(event, number, .cancelled, nil)
    case .split(let number, _): if open[event.key] != nil { close(event, number, .split, nil) }
    case .abandoned(let failure): if open[event.key] != nil { close(event, nil, .abandoned, failure) }
    case .failed(let failure): if open[event.key] != nil { close(event, nil, .failed, failure) }
    case .queued, .held, .skipped, .wanted: break
    }
  }

  /// Of an attempt that goes on, or that an earlier run began.
  private mutating func change(
    _ event: JournalEvent, _ number: Int? = nil, _ body: (inout ReportedAttempt) -> Void
  ) {
    let index = open[event.key] ?? attempts.count
    if index == attempts.count {
      open[event.key] = index
      attempts.append(ReportedAttempt(event.key, number: number ?? 0, began: nil))
    }
    if let number, attempts[index].number == 0 { attempts[index].number = number }
    body(&attempts[index])
  }

  private mutating func close(
    _ event: JournalEvent, _ number: Int?, _ ending: ReportedAttempt.Ending, _ failure: Failure?
  ) {
    change(event, number) { ($0.ended, $0.failure) = (event.at, failure) }
    end(event, ending)
  }

  private mutating func end(_ event: JournalEvent, _ ending: ReportedAttempt.Ending) {
    guard let index = open.removeValue(forKey: event.key) else { return }
    attempts[index].ending = ending
  }
}

/// The attempts that go on, by key. Most jobs have no parts, and one at most.
private struct OpenAttempts {
  private var first: (key: JobKey, index: Int)?
  private var others: [JobKey: Int] = [:]

  subscript(key: JobKey) -> Int? {
    get {
      if let first, first.key == key { return first.index }
      return others.isEmpty ? nil : others[key]
    }
    set {
      if let first, first.key != key { return others[key] = newValue }
      if first == nil, !others.isEmpty { return others[key] = newValue }
      first = newValue.map { (key, $0) }
    }
  }

  mutating func removeValue(forKey key: JobKey) -> Int? {
    defer { self[key] = nil }
    return self[key]
  }
}
