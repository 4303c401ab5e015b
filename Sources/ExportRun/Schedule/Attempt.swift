// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Scheduler {
  /// A job that is being worked on: what is known of its present attempt, and what it waits for besides the world.
  struct Attempt: Sendable {
    enum Pending: Sendable, Equatable {
      case nothing, resubmit, find, poll, collect, stop
    }

    let job: Int
    var number = 0
    /// Tasks asked for in this run that the service did not put off.
    var tries = 0
    /// Failures in a row of the present step.
    var failures = 0
    var polls = 0
    var task: String?
    var intentAt: Instant?
    var submittedAt: Instant?
    var runningAt: Instant?
    /// The service's answer to the submit named the task: it was made then.
    var isAnswered = false
    /// When a look saw the task, and it was not done.
    var lookedAt: Instant?
    /// One, or none while there is nothing of it.
    var rare: [Rare] = []
    var hasSlot = false
    /// The service was asked to stop the task.
    var isStopping = false
    var pending: Pending = .nothing
    /// Tells a deadline that still counts from one that was replaced.
    var serial = 0

    init(job: Int) { self.job = job }

    /// As the journal left it.
    mutating func restore(_ record: JobRecord) {
      number = record.attempt
      pastTasks = record.pastTasks
      guard record.hasOpenTask else {
        if let task = record.task { pastTasks.append(task) }
        return
      }
      (task, intentAt) = (record.task, record.intentAt)
      (submittedAt, runningAt) = (record.submittedAt, record.runningAt)
    }

    /// For the next task.
    mutating func renew(at now: Instant) {
      var past = pastTasks
      if let task { past.append(task) }
      rare = past.isEmpty ? [] : [Rare(pastTasks: past)]
      number += 1
      tries += 1
      (polls, task, intentAt, submittedAt, runningAt, isStopping) = (0, nil, now, nil, nil, false)
      (lookedAt, isAnswered) = (nil, false)
    }
  }

  /// When something is to be looked after.
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
