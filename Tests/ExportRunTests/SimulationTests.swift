// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Testing

/// Whole histories of runs, drawn by seeds. `Tests/simulate.sh` runs more of them, and replays one.
@Suite struct SimulationTests {
  @Test(arguments: SimulatedSeeds.parts)
  func `whatever happens to runs and services, every promise is kept`(seeds: ClosedRange<UInt64>) throws {
    var counts: [String: Int] = [:]
    for seed in seeds {
      var simulation = Simulation(seed: seed, options: SimulatedSeeds.options)
      let result = simulation.run()
      if let file = SimulatedSeeds.trace { try Data(result.trace).write(to: file) }
      counts.merge(result.counts, uniquingKeysWith: +)
      if result.violation != nil { Issue.record("\(result.story)") }
    }

    // Parts that saw little prove little.
    if seeds.count == 200 {
      for word in Self.usual { #expect(counts[word, default: 0] > 0, "no '\(word)' in the seeds \(seeds)") }
    }
  }

  /// What every two hundred seeds have.
  static let usual = [
    "429 or 503", "500", "crash", "late request", "late answer", "lost answer", "lost request", "made, then 500",
    "bad artifact", "failed task", "slow task", "vanishing task", "unknown state", "store fault", "reordered page",
    "slow program", "stall", "second interrupt", "run that only cancels", "redo", "part of a plan",
    "event cancelled", "event wanted", "event split", "event absent", "event adopted", "event rejected",
    "event task_failed", "event skipped", "event held", "run done", "run incomplete", "run interrupted", "run halted",
  ]

  @Test(arguments: 1...20)
  func `a seed replays byte for byte`(seed: UInt64) {
    var (first, second) = (
      Simulation(seed: seed, options: SimulatedSeeds.options), Simulation(seed: seed, options: SimulatedSeeds.options)
    )

    let (one, other) = (first.run(), second.run())

    #expect(one.trace.count > 500, "seed \(seed)")
    #expect(one.trace == other.trace, "seed \(seed)")
    #expect(one.digest == other.digest, "seed \(seed)")
  }

  @Test func `different seeds are different histories`() {
    let digests = (1...20).map { (seed: UInt64) in
      var simulation = Simulation(seed: seed, options: SimulatedSeeds.options)
      return simulation.run().digest
    }

    #expect(Set(digests).count == 20)
  }
}
