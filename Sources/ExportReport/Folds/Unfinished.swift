// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

/// Jobs that a run began and that were not over when it ended, with one thing said of them.
public struct Unfinished: Sendable {
  /// `not over when the run ended; last setback: service faults, 502`
  public var why: String
  public var jobs: [ReportedJob]
}

extension RunReport {
  /// Jobs that were begun and are not over, by whether a task of theirs goes on at the service and by their last setback;
  /// the most frequent first. Those that were not begun are `notBegun`.
  public var unfinishedGroups: [Unfinished] {
    struct Look: Hashable {
      var isLive: Bool
      var cause: Failure.Cause?
      var pattern: String?
    }
    let left = jobs.filter { !$0.state.isFinal && !$0.isNotBegun }
    let groups = Dictionary(grouping: left) { job in
      Look(isLive: job.isLive, cause: job.failure?.cause, pattern: job.failure.map { MessagePattern.of($0.message) })
    }
    return groups.map { look, jobs in
      let messages = Set(jobs.map { $0.failure?.message })
      let message = messages.count == 1 ? jobs[0].failure?.message : look.pattern
      return Unfinished(why: Self.why(look.isLive, look.cause, message), jobs: jobs)
    }
    .sorted { ($1.jobs.count, $0.why) < ($0.jobs.count, $1.why) }
  }

  private static func why(_ isLive: Bool, _ cause: Failure.Cause?, _ message: String?) -> String {
    let stands = "not over when the run ended" + (isLive ? ", with a task at the service that goes on" : "")
    guard let cause else { return stands }
    let said = message.flatMap { $0.isEmpty ? nil : ", \($0)" } ?? ""
    return "\(stands); last setback: \(words(cause))\(said)"
  }
}

extension ReportedJob {
  /// A task of it goes on at the service.
  var isLive: Bool { state == .submitted || state == .running }

  /// It is not over, and neither this run nor an earlier one has begun it.
  var isNotBegun: Bool { !state.isFinal && began == nil && due != .inFlight }
}
