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
    case collected(job: Int, attempt: Int, Result<Verification, StoreError>)
    /// A deadline may have passed.
    case tick
    case stop(StopReason)
  }

  /// What is to be done. Everything recorded together is durable before anything else of the same batch is done.
  public enum Action: Sendable, Equatable {
    case record(JournalEvent)
    case submit(job: Int, attempt: Int)
    case find(job: Int, attempt: Int, since: Instant)
    case poll(job: Int, attempt: Int, task: String)
    case collect(job: Int, attempt: Int, task: String, TaskStatus)
    /// Nothing more will come: end the run.
    case finish(StopReason?)
  }

  /// Why a run ends before its jobs do.
  public enum StopReason: Sendable, Equatable {
    /// Ctrl-C or SIGTERM: what is known is written, nothing more is submitted.
    case interrupted
    /// Nothing can go on: a credential is refused, a service is out of reach, a disk is full.
    case halted(Failure)
  }

  /// A service as the scheduler sees it.
  public struct ServiceRule: Sendable {
    public var limits: ServiceLimits
    public var polling: PollPolicy

    public init(limits: ServiceLimits, polling: PollPolicy) { (self.limits, self.polling) = (limits, polling) }
  }

  /// Bounds of a whole run.
  public struct Bounds: Sendable {
    /// Live tasks of all services together.
    public var active: Int
    /// Jobs whose artifacts are fetched and checked at once.
    public var collecting: Int
    /// A task is believed not to exist only when the service was asked this long after its answer was lost, or after a
    /// run found its intent: a request that was on the wire when a program died may still arrive. Longer than the
    /// longest that a gateway holds a request.
    public var settle: Duration

    public init(active: Int = 64, collecting: Int = 8, settle: Duration = .seconds(60)) {
      (self.active, self.collecting, self.settle) = (active, collecting, settle)
    }
  }

  /// A job as the scheduler sees it.
  struct Node: Sendable {
    /// What the job waits for, besides the world.
    enum Pending: Sendable, Equatable {
      case nothing, resubmit, find, poll, collect
    }

    let key: JobKey
    let app: Int
    let service: Int
    let export: Int
    var state: JobState = .planned
    var attempt = 0
    /// Tasks asked for in this run that the service did not put off.
    var tries = 0
    /// Failures in a row of the present step.
    var failures = 0
    var polls = 0
    var task: String?
    var status: TaskStatus?
    var intentAt: Instant?
    /// Since when the attempt's task is looked for.
    var lostAt: Instant?
    /// When the present look left.
    var lookAt: Instant?
    var submittedAt: Instant?
    var runningAt: Instant?
    var heldState: String?
    var hasSlot = false
    var pending: Pending = .nothing
    /// Tells a deadline that still counts from one that was replaced.
    var serial = 0
    var gatesLeft = 0
    /// There was a verified result when the run began: nobody waits for the job.
    var isGood = false
  }

  struct Service: Sendable {
    let rule: ServiceRule
    var active = 0
    var activeOfApp: [Int: Int] = [:]
    var ready = ReadyQueue()
    var pausedUntil: Instant?
    var submits: Pacer
    var calls: Pacer
    /// The deadline that is armed for the service as a whole.
    var wakeAt: Instant?

    init(_ rule: ServiceRule) {
      self.rule = rule
      submits = Pacer(perSecond: rule.limits.submitsPerSecond)
      calls = Pacer(perSecond: rule.limits.callsPerSecond)
    }
  }

  struct Deadline: Sendable, Comparable {
    enum Owner: Sendable, Equatable {
      case job(Int, serial: Int)
      case service(Int)
    }

    let at: Instant
    /// Equal times keep their order.
    let order: Int
    let owner: Owner

    static func < (a: Deadline, b: Deadline) -> Bool { (a.at, a.order) < (b.at, b.order) }
    static func == (a: Deadline, b: Deadline) -> Bool { a.at == b.at && a.order == b.order }
  }
}
