// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension RunReport {
  /// Longer than this no list of failures is in a message.
  static let longestFailures = 2000

  /// What stands in a message for a word in braces.
  /// - Parameter file: where the report for people is.
  public func text(_ hole: MessageTemplate.Hole, file: String) -> String {
    switch hole {
    case .verdict: verdict
    case .name: header.name
    case .run: header.id
    case .outcome: outcome.rawValue
    case .program: program
    case .started: header.started.description
    case .ended: ended.description
    case .duration: Self.duration(duration)
    case .due: "\(jobs.count)"
    case .verified: "\(count(.verified))"
    case .failed: "\(count(.failed))"
    case .abandoned: "\(count(.abandoned))"
    case .skipped: "\(count(.skipped))"
    case .unfinished: "\(unfinished)"
    case .rows: "\(rows)"
    case .bytes: "\(bytes)"
    case .files: "\(artifactCount)"
    case .failures: topFailures
    // Of a run that has done all there is nothing to go on with.
    case .resume: outcome == .done ? "" : resume
    case .report: file
    }
  }

  /// A line for each of the most frequent causes, with what to do, and one for each of its first jobs.
  private var topFailures: String {
    let all = causes
    var lines: [String] = []
    for (cause, jobs) in all.prefix(5) {
      lines.append("\(Self.words(cause)): \(Self.jobs(jobs.count)). \(Self.advice(cause))")
      for job in jobs.prefix(3) { lines.append("  \(job.title): \(job.failure?.message ?? "")") }
      if jobs.count > 3 { lines.append("  and \(jobs.count - 3) more") }
    }
    if all.count > 5 { lines.append("and \(all.count - 5) more causes") }
    for one in givenUp.prefix(5) { lines.append("given up, because \(one.why): \(Self.jobs(one.count))") }
    let text = lines.joined(separator: "\n")
    return text.count > Self.longestFailures ? text.prefix(Self.longestFailures) + "…" : text
  }
}
