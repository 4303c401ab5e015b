// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Foundation

/// How many transitions the journal makes durable: jobs that go through their lives side by side, one step of each in a
/// commit.
enum JournalBenchmark {
  private static let inFlight = 256
  private static let steps = 6

  static func run(in folder: String, commits: Int) async throws {
    let start = Instant(seconds: 1_480_000_000)
    let journal = try Journal(directory: URL(fileURLWithPath: folder), now: start, command: "engine-benchmarks")
    try await journal.begin(
      RunHeader(id: "benchmark-\(UUID())", started: start, plan: Digest(of: "plan"), name: "benchmark", dues: []))
    let batches = batches(count: commits, from: start)

    let cpuBefore = Usage.cpu
    let clock = ContinuousClock.now
    for batch in batches { try await journal.append(batch.events, titles: batch.titles) }
    let wall = (ContinuousClock.now - clock).inSeconds
    let worked = Usage.cpu - cpuBefore
    await journal.close()

    let transitions = Double(batches.reduce(0) { $0 + $1.events.count })
    let each = worked / transitions
    Figure(
      name: "journal: transitions, \(inFlight) a commit", value: transitions / wall, unit: "per second", atLeast: 50_000
    ).tell()
    Figure(name: "journal: commits", value: Double(commits) / wall, unit: "per second").tell()
    Figure(name: "journal: CPU of a transition", value: each * 1e6, unit: "µs").tell()
    Figure(
      name: "journal: transitions if a disk commits 1,000 times per second, reckoned",
      value: Double(inFlight) / (Double(inFlight) * each + 0.001), unit: "per second", atLeast: 50_000
    ).tell()
  }

  private struct Batch {
    var events: [JournalEvent] = []
    var titles: [JobKey: String] = [:]
  }

  /// Made before the clock runs.
  private static func batches(count: Int, from start: Instant) -> [Batch] {
    let verification = Verification(
      .verified, artifacts: [Artifact(name: "part-00000.json", bytes: 33_820, sha256: Digest(of: "part"), rows: 120)])
    return (0..<count).map { number in
      let (wave, step) = (number / steps, number % steps)
      let at = start.advanced(by: .seconds(number))
      var batch = Batch()
      for job in 0..<inFlight {
        let key = JobKey(Digest(of: "benchmark \(wave) \(job)"))
        let kind: JournalEvent.Kind =
          switch step {
          case 0: .intent(attempt: 1)
          case 1: .submitted(attempt: 1, task: "e24ea1dd-76bf-4d75-813e-\(wave)-\(job)", requestID: nil)
          case 2: .running
          case 3: .succeeded(attempt: 1)
          case 4: .verifying(attempt: 1)
          default: .verified(attempt: 1, verification)
          }
        batch.events.append(JournalEvent(kind, of: key, at: at))
        if step == 0 { batch.titles[key] = "history/shop-\(job)/event/window-\(wave)" }
      }
      return batch
    }
  }
}
