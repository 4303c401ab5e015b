// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

extension Scheduler {
  /// What came back from the world.
  public enum Event: Sendable {
    case begin
    case submitted(job: Int, attempt: Int, Result<TaskReceipt, ServiceError>)
    /// The place to write to could not be made ready; no request has left.
    case unaddressed(job: Int, attempt: Int, StoreError)
    case found(job: Int, attempt: Int, Result<[FoundTask], ServiceError>)
    case polled(job: Int, attempt: Int, Result<TaskStatus, ServiceError>)
    /// What a list said of several tasks of one app.
    case listed([Look], Result<[FoundTask], ServiceError>)
    case stopped(job: Int, attempt: Int, Result<TaskStatus, ServiceError>)
    /// What the journal knows of the parts of a job, and of their parts; `nil` when it cannot be read.
    case recalled(whole: Int, [JobKey: JobRecord]?)
    case collected(job: Int, attempt: Int, Result<Verification, StoreError>)
    /// A service that keeps its files did not hand them over.
    case unfetched(job: Int, attempt: Int, ServiceError)
    /// A task was taken away at its service, or not: nothing depends on it.
    case tidied
    /// A deadline may have passed.
    case tick
    case stop(StopReason)
    /// Live tasks are to be stopped at their services, and the run is to end.
    case cancel
  }

  /// What is to be done. Everything recorded together is durable before anything else of the same batch is done.
  public enum Action: Sendable, Equatable {
    case record(JournalEvent)
    /// The same attempt may come twice where the service makes one task of it all the same.
    case submit(job: Int, attempt: Int)
    case find(job: Int, attempt: Int, since: Instant)
    case poll(job: Int, attempt: Int, task: String)
    /// Several tasks of one app, by the service's list.
    case list([Look])
    case stop(job: Int, attempt: Int, task: String)
    /// The journal is to be asked about the parts of a job.
    case recall(whole: Int, [JobKey])
    case collect(job: Int, attempt: Int, task: String, TaskStatus)
    /// A task whose files are good, and known to be so, is to be taken away at its service.
    case tidy(job: Int, task: String)
    /// Something about a service that people want to know, once.
    case notice(Notice)
    /// Nothing more will come: end the run.
    case finish(StopReason?)
  }

  /// A task to look at.
  public struct Look: Sendable, Equatable {
    public var job: Int
    public var attempt: Int
    public var task: String

    public init(job: Int, attempt: Int, task: String) { (self.job, self.attempt, self.task) = (job, attempt, task) }
  }

  /// What people are told of a service as a whole.
  public enum Notice: Sendable, Equatable {
    /// It does not answer: it is probed, and nothing else is asked of it.
    case unanswered(service: String, Failure)
    /// It answers again.
    case answers(service: String, after: Duration)
    /// It asked for patience for the first time since it last bore everything.
    case throttled(service: String, active: Int)
    /// It is given so many tasks at once from now on. Not told to people: there are many.
    case limited(service: String, active: Int)
    /// It lets no more tasks be made before then.
    case spent(service: String, until: Instant)
  }

  /// A task that an earlier run left at a service, of a job that the plan does not have.
  public struct Stranger: Sendable, Equatable {
    /// As people name the job: `EXPORT/APP/…`.
    public var title: String
    /// When its intent was written.
    public var since: Instant
    /// The service's answer is known.
    public var hasTask: Bool

    public init(title: String, since: Instant, hasTask: Bool) {
      (self.title, self.since, self.hasTask) = (title, since, hasTask)
    }
  }

  /// Why a run ends before its jobs do.
  public enum StopReason: Sendable, Equatable {
    /// Ctrl-C or SIGTERM: what is known is written, nothing more is submitted.
    case interrupted
    /// The time that the run was given is over.
    case timeIsUp
    /// Nothing can go on: a credential is refused, a service is out of reach, a disk is full.
    case halted(Failure)
  }

  /// What a run is for.
  public enum Purpose: Sendable, Equatable {
    /// Doing what is due.
    case work
    /// Stopping live tasks, and nothing else.
    case cancel
  }

  /// A service as the scheduler sees it.
  public struct ServiceRule: Sendable {
    public var limits: ServiceLimits
    public var polling: PollPolicy
    public var recovery: RecoveryClass = .marked
    public var sharedLimits: [SharedLimit] = []
    public var listPage: Int?
    public var canCancel = false
    public var tokenLife: Duration?
    /// By dataset: how windows are cut and sent.
    public var windows: [String: WindowRule] = [:]
    public var appParameters: [ParameterTraits] = []
    /// It keeps its files: they are fetched from it, which counts as a request.
    public var isFetched = false
    public var tidies = false

    public init(limits: ServiceLimits, polling: PollPolicy) { (self.limits, self.polling) = (limits, polling) }

    /// - Parameter limits: those of the plan, at most the service's own.
    public init(_ traits: ServiceTraits, limits: ServiceLimits) {
      self.init(limits: limits, polling: PollPolicy(traits.polling))
      (recovery, sharedLimits, listPage) = (traits.recovery, traits.sharedLimits, traits.listPage)
      (canCancel, tokenLife, appParameters) = (traits.canCancel, traits.tokenLife, traits.appParameters)
      // A plan has none of these: they are as the description has them when the run begins.
      (self.limits.calls, self.limits.starts) = (traits.limits.calls, traits.limits.starts)
      (isFetched, tidies) = (traits.delivery == .fetched, traits.tidies)
      for dataset in traits.datasets { windows[dataset.name] = dataset.window }
    }
  }

  /// Bounds of a whole run.
  public struct Bounds: Sendable {
    /// Live tasks of all services together.
    public var active: Int
    /// Requests for a task that are under way at once, however many tasks may live.
    public var submitting: Int
    /// Jobs whose artifacts are fetched and checked at once.
    public var collecting: Int
    /// A task is believed not to exist only when the service was asked this long after its answer was lost, or after a
    /// run found its intent: a request that was on the wire when a program died may still arrive. Longer than the
    /// longest that a gateway holds a request.
    public var settle: Duration
    /// A service that answered in this run and does not any more is waited for so long.
    public var outage: Duration
    public var retries: RetryBudget
    public var purpose: Purpose

    public init(
      active: Int = 64, submitting: Int = 256, collecting: Int = 32, settle: Duration = .seconds(60),
      outage: Duration = .seconds(900),
      retries: RetryBudget = RetryBudget(), purpose: Purpose = .work
    ) {
      (self.active, self.submitting, self.collecting) = (active, submitting, collecting)
      (self.settle, self.outage) = (settle, outage)
      (self.retries, self.purpose) = (retries, purpose)
    }
  }
}

extension Scheduler.Event {
  /// It answers a request.
  var isAnswer: Bool {
    switch self {
    case .submitted, .unaddressed, .found, .polled, .listed, .stopped, .collected, .unfetched, .tidied, .recalled: true
    case .begin, .tick, .stop, .cancel: false
    }
  }
}

extension Scheduler.Action {
  /// It will be answered.
  var isRequest: Bool {
    switch self {
    case .submit, .find, .poll, .list, .stop, .collect, .tidy, .recall: true
    case .record, .notice, .finish: false
    }
  }
}
