// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportCore
import ExportPlan
import ExportRun
import Foundation

/// Makes the ledger that a run finds whose plan is done: every job asked for, answered and verified.
enum LedgerMaker {
  private static let jobsPerCommit = 5000

  static func make(plan path: String, state: String) async throws {
    let plan = try PlanFile(reading: path).plan
    let titles = JobTitles(plan)
    let journal = try Journal(directory: URL(fileURLWithPath: state), now: plan.asOf, command: "engine-benchmarks")
    try await journal.begin(
      RunHeader(
        id: "earlier", started: plan.asOf, plan: Digest(of: "plan"), name: plan.name,
        dues: [Due](repeating: .neverExported, count: plan.jobs.count)))
    for first in stride(from: 0, to: plan.jobs.count, by: jobsPerCommit) {
      var events: [JournalEvent] = []
      var named: [JobKey: String] = [:]
      for number in first..<min(first + jobsPerCommit, plan.jobs.count) {
        let job = scattered(number, of: plan.jobs.count)
        let key = plan.jobs.keys[job]
        events += life(of: key, number: number, from: plan.asOf)
        named[key] = titles.title(of: plan.jobs[job])
      }
      try await journal.append(events, titles: named)
    }
    try await journal.end(at: plan.asOf.advanced(by: .seconds(3600)), outcome: "done")
    await journal.close()
  }

  /// Jobs do not end in the plan's order: apps take turns, and tasks take what they take. A prime that divides no count.
  private static func scattered(_ number: Int, of count: Int) -> Int { number * 1_000_003 % count }

  private static func life(of key: JobKey, number: Int, from start: Instant) -> [JournalEvent] {
    func at(_ second: Int) -> Instant { start.advanced(by: .seconds(number / 100 + second)) }
    let artifact = Artifact(
      name: "part-00000.json", bytes: Int64(1000 + number), sha256: key.digest, rows: Int64(number % 1000))
    return [
      JournalEvent(.intent(attempt: 1), of: key, at: at(0)),
      JournalEvent(.submitted(attempt: 1, task: "task-\(number)", requestID: nil), of: key, at: at(1)),
      JournalEvent(.verified(attempt: 1, Verification(.verified, artifacts: [artifact])), of: key, at: at(60)),
    ]
  }
}
