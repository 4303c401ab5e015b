// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension RunReport {
  /// What happened, in one sentence.
  public var verdict: String {
    let due = jobs.count
    guard due > 0 else { return "Nothing is due: \(notDueText)." }
    guard outcome != .broken else {
      return
        "Not at its end, \(Self.duration(duration)) after it began: \(count(.verified)) of \(Self.dueJobs(due)) done."
    }
    let took = "in \(Self.duration(duration))"
    switch stop {
    case .interrupted: return "Interrupted \(took): \(count(.verified)) of \(Self.dueJobs(due)) done; the rest waits."
    case .timeIsUp:
      return "The time was up \(took). \(count(.verified)) of \(Self.dueJobs(due)) done; the rest waits."
    case .halted(let failure):
      return
        "Stopped \(took), because \(failure.message). \(count(.verified)) of \(Self.dueJobs(due)) done; the rest waits."
    case nil: break
    }
    if count(.verified) == due, due == 1 {
      return listed == 0 ? "The job is done and verified \(took)." : "The job is done \(took), listed and not read."
    }
    if count(.verified) == due {
      return listed == 0
        ? "All \(Self.jobs(due)) done and verified \(took)."
        : "All \(Self.jobs(due)) done \(took), \(listed) of them listed and not read."
    }
    let givenUp = jobs.count(where: \.isGivenUp)
    let ofThem = givenUp > 0 ? " (\(givenUp) of them given up)" : ""
    let bad = [
      ("failed", count(.failed)), ("abandoned", count(.abandoned)), ("skipped\(ofThem)", count(.skipped)),
      ("waiting", unfinished),
    ]
    .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    return "\(count(.verified)) of \(Self.jobs(due)) done \(took); \(bad)."
  }

  private var notDueText: String {
    let parts = notDue.map { "\($0.count) \($0.reason.rawValue)" }
    return parts.isEmpty ? "the plan is empty" : parts.joined(separator: ", ")
  }

  /// The end of a run on a terminal: a few lines.
  public func summary() -> String {
    var lines = [verdict]
    guard !jobs.isEmpty else { return lines.joined(separator: "\n") }
    if count(.verified) > 0 {
      lines.append(
        "\(Count.words(rows, "row")), \(Self.bytes(bytes)) in \(Count.words(artifactCount, "file"))")
    }
    if listed > 0 {
      lines.append("listed only: \(Self.jobs(listed)): the credential does not permit reading the files")
    }
    if !notDue.isEmpty { lines.append("not due: \(notDueText)") }
    for (cause, jobs) in causes {
      lines.append("\(Self.words(cause)): \(Self.jobs(jobs.count))")
      for job in jobs.prefix(3) { lines.append("  \(job.title): \(job.failure?.message ?? "")") }
      if jobs.count > 3 { lines.append("  and \(jobs.count - 3) more") }
    }
    for one in givenUp { lines.append("given up, because \(one.why): \(Self.jobs(one.count))") }
    if outcome != .done, leftCount > 0 { lines.append("go on with: \(resume)") }
    return lines.joined(separator: "\n")
  }

  var artifactCount: Int { jobs.reduce(0) { $0 + ($1.sums?.files ?? 0) } }

  static func jobs(_ count: Int) -> String { Count.words(count, "job") }

  private static func dueJobs(_ count: Int) -> String { "\(count) due job\(count == 1 ? " is" : "s are")" }

  /// `1.2 MB`; units of 1000.
  static func bytes(_ count: Int64) -> String {
    guard count >= 1000 else { return "\(count) B" }
    var value = Double(count)
    var unit = ""
    for next in ["kB", "MB", "GB", "TB"] where value >= 1000 {
      value /= 1000
      unit = next
    }
    return "\((value * 10).rounded() / 10) \(unit)"
  }

  /// `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
  public static func duration(_ duration: Duration) -> String {
    let seconds = Int(duration.milliseconds / 1000)
    if seconds < 10 { return "\(Double(duration.milliseconds / 100) / 10) s" }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds / 60 % 60) min"
  }

  static func words(_ cause: Failure.Cause) -> String {
    switch cause {
    case .refused: "refused by the service"
    case .throttled: "put off by the service"
    case .credential: "credential refused"
    case .unreachable: "service out of reach"
    case .taskFailed: "task failed at the service"
    case .taskGone: "task gone from the service"
    case .artifact: "files not good"
    case .storage: "storage"
    case .disk: "disk"
    case .deadline: "took too long"
    case .service: "service faults"
    case .ambiguous: "several tasks may be ours"
    case .budget: "retries used up"
    }
  }

  /// What a person can do about it.
  static func advice(_ cause: Failure.Cause) -> String {
    switch cause {
    case .refused: "Read the service's words; change the manifest; run again."
    case .throttled: "Lower 'limits' of the service, or run again later."
    case .credential: "Renew the secret or the signature that the manifest names; run again."
    case .unreachable: "Check the network and the service's address; run again."
    case .taskFailed: "Read the service's reason; run again for a new task."
    case .taskGone: "Run again: a new task is made."
    case .artifact: "Run again: a new task is made."
    case .storage: "Check that the container exists and answers; run again."
    case .disk: "Make room or give the right to write; run again."
    case .deadline: "Run again: the task is looked at first. Raise 'timeouts' when exports take longer."
    case .service: "Run again later."
    case .ambiguous: "Say which task is the job's: run again with --adopt JOB=TASK, or JOB=none."
    case .budget: "Look at what fails; run again later, or raise --retries."
    }
  }
}
