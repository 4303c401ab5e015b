// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

// What went wrong: by cause, by message, and what was skipped for it.
extension HTMLReport {
  private static let kindsMost = 25
  private static let firstJobs = 5
  private static let foldedJobs = 300

  var failures: [String: Any] {
    let again = report.resume.isEmpty ? nil : again
    let command = again.flatMap { report.command(selecting: $0.selection) }
    return [
      "hasFailures": again != nil || !groups.isEmpty || report.halt != nil, "halts": halts,
      "groups": groups.map(groupContext) + report.givenUp.flatMap(givenUpContexts),
      "hasPatterns": groups.contains { $0.kinds.contains { $0.jobs.count > 1 && $0.message.contains("…") } },
      "hasAgain": command != nil, "again": command ?? "", "failed": again?.counts ?? "",
      "skips": skips, "hasSkips": !skips.isEmpty,
      "unfinished": unfinished, "hasUnfinished": !unfinished.isEmpty,
    ]
  }

  /// What stopped the run as a whole: none or one.
  private var halts: [[String: Any]] {
    guard let halt = report.halt else { return [] }
    return [
      [
        "cause": RunReport.words(halt.cause), "class": "class \(halt.cause.rawValue)",
        "advice": RunReport.advice(halt.cause),
        "message": halt.message.isEmpty ? "nothing is said of it" : halt.message,
        "request": halt.requestID ?? "", "hasRequest": halt.requestID != nil,
      ]
    ]
  }

  /// Jobs that were begun and that no attempt is made of any more, by cause.
  private func givenUpContexts(_ all: GivenUp) -> [[String: Any]] {
    all.groups.map { group in
      var context = groupContext(group)
      context["isFinal"] = false
      context["cause"] = "given up – \(RunReport.words(group.cause))"
      context["class"] = "class \(group.cause.rawValue); no other attempt was made, because \(all.why)"
      return context
    }
  }

  private func groupContext(_ group: FailureGroup) -> [String: Any] {
    let shown = group.kinds.prefix(Self.kindsMost)
    let left = group.kinds.dropFirst(Self.kindsMost)
    let number = Failure.Cause.allCases.firstIndex(of: group.cause) ?? 0
    return [
      "cause": RunReport.words(group.cause), "count": Count.words(group.count, "job"),
      "advice": RunReport.advice(group.cause),
      "class": Self.classWords(group), "number": number, "isFinal": true, "kinds": shown.map(kindContext),
      "hasLeft": !left.isEmpty,
      "left":
        "and \(Count.words(left.count, "other message")) of \(Count.words(left.reduce(0) { $0 + $1.jobs.count }, "job"))",
    ]
  }

  /// The class of the error, and whether it was tried again.
  private static func classWords(_ group: FailureGroup) -> String {
    let tried =
      switch group.retried {
      case 0: "final: not tried again"
      case group.count: "tried again, then given up"
      default: "\(group.retried) of \(group.count) tried again, then given up"
      }
    return "class \(group.cause.rawValue); \(tried)"
  }

  private func kindContext(_ kind: FailureGroup.Kind) -> [String: Any] {
    let requests = Array(
      kind.jobs.lazy.compactMap { $0.failure?.requestID ?? $0.requestIDs.last }.prefix(Self.firstJobs))
    let folded = kind.jobs.dropFirst(Self.firstJobs)
    let selection = report.resume.isEmpty ? nil : report.selection(of: kind.jobs)
    let command = selection.flatMap { report.command(selecting: $0) }
    // Where it is that of all that failed, it stands above.
    let isOwn = command != nil && kind.jobs.count < again?.jobs.count ?? 0
    return [
      "message": kind.message.isEmpty ? "nothing is said of it" : kind.message,
      "count": Count.words(kind.jobs.count, "job"),
      "requests": requests.joined(separator: ", "), "hasRequests": !requests.isEmpty,
      "jobs": kind.jobs.prefix(Self.firstJobs).map(named),
      "folded": folded.prefix(Self.foldedJobs).map(named), "hasFolded": !folded.isEmpty,
      "foldedCount": Count.words(folded.count, "more job"),
      "hasBeyond": folded.count > Self.foldedJobs, "beyond": folded.count - Self.foldedJobs,
      "hasCommand": isOwn, "command": command ?? "",
    ]
  }

  func named(_ job: ReportedJob) -> [String: Any] {
    let status = CoverageStatus(job.due, job.state)
    let good = status == .redoFailed || status == .redoWaiting ? "; \(status.word)" : ""
    return [
      "title": job.title, "place": job.place,
      "facts": "\(job.isGivenUp ? "given up" : job.state.rawValue), \(job.attemptWords)\(good)",
    ]
  }

  /// Jobs that were not begun, by what they waited for.
  private var skips: [[String: Any]] {
    report.notBegun.prefix(200).map { folded($0.jobs, $0.why, who: $0.who) }
  }

  /// Jobs that were begun and are not over, by their last setback.
  private var unfinished: [[String: Any]] { report.unfinishedGroups.prefix(200).map { folded($0.jobs, $0.why) } }

  private func folded(_ jobs: [ReportedJob], _ why: String, who: String? = nil) -> [String: Any] {
    [
      "why": why, "count": who ?? Count.words(jobs.count, "job"), "jobs": jobs.prefix(Self.foldedJobs).map(named),
      "hasBeyond": jobs.count > Self.foldedJobs, "beyond": jobs.count - Self.foldedJobs,
    ]
  }
}
