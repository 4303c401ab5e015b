// SPDX-License-Identifier: Apache-2.0
import ExportRun
import ExportTesting
import Testing

#if DEBUG
  /// The simulation is worth what it finds: mistakes that are made on purpose are found within the seeds of every build.
  @Suite struct SimulationPlantedTests {
    /// What tells each mistake.
    static let promises: [(PlantedBug, String)] = [
      (.submitBeforeIntent, "left before its intent was durable"),
      (.resubmitAfterTimeout, "has two live tasks"),
      (.releaseTwice, "are allowed"),
    ]

    @Test(arguments: promises)
    func `a planted mistake is found`(bug: PlantedBug, promise: String) throws {
      var options = SimulatedSeeds.options
      options.planted = bug

      let found = (1...2000).lazy.map { (seed: UInt64) in
        var simulation = Simulation(seed: seed, options: options)
        return simulation.run()
      }.first { $0.violation?.contains(promise) == true }

      let result = try #require(found, "no seed finds \(bug)")
      var again = Simulation(seed: result.seed, options: options)
      #expect(again.run().trace == result.trace, "seed \(result.seed)")
      // Without the mistake, the same seed breaks nothing.
      var mended = Simulation(seed: result.seed, options: SimulatedSeeds.options)
      #expect(mended.run().violation == nil, "seed \(result.seed)")
    }
  }
#endif
