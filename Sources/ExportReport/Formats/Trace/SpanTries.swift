// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

/// The spans of attempts, job by job: what requests are children of.
struct SpanTries: Sendable {
  private var all: [(key: JobKey, number: Int, span: SpanID)] = []
  /// Where those of each job begin, and the end.
  private var starts = [0]

  mutating func append(_ attempt: ReportedAttempt, _ span: SpanID) { all.append((attempt.key, attempt.number, span)) }

  /// What comes next is of the next job.
  mutating func end() { starts.append(all.count) }

  func last(of job: Int, _ key: JobKey, _ number: Int) -> SpanID? {
    all[starts[job]..<starts[job + 1]].last { $0.key == key && $0.number == number }?.span
  }
}
