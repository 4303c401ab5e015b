// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation

/// Which seeds the tests simulate: the first 2,000, or what the environment says.
enum SimulatedSeeds {
  /// What the engine is simulated with.
  static var options: Simulation.Options {
    var options = Simulation.Options()
    // As the program's own clock.
    options.hasSteadyClock = true
    options.splits = true
    // Most services of the seeds are like the one that the program is made for.
    options.recovery = [.marked, .marked, .marked, .marked, .named, .token, .single, .lookalike, .blind]
    if let name = word("OUTHAUL_RECOVERY"), let recovery = RecoveryClass(rawValue: name) {
      options.recovery = [recovery]
    }
    return options
  }

  /// All of them, in parts that are simulated side by side.
  static var parts: [ClosedRange<UInt64>] {
    if let seed = number("OUTHAUL_SEED") { return [seed...seed] }
    let (first, count) = (number("OUTHAUL_SEED_FROM") ?? 1, max(1, number("OUTHAUL_SEEDS") ?? 2000))
    return stride(from: first, to: first + count, by: 200).map { $0...min($0 + 199, first + count - 1) }
  }

  /// Where every step is to be written; `nil`: nowhere.
  static var trace: URL? { word("OUTHAUL_TRACE").map { URL(fileURLWithPath: $0) } }

  private static func word(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
  private static func number(_ name: String) -> UInt64? { word(name).flatMap { UInt64($0) } }
}

extension Simulation.Result {
  var lines: [Substring] { String(decoding: trace, as: UTF8.self).split(separator: "\n") }

  /// Who replays wants the seed, what was broken, and what led to it.
  var story: String {
    let last = lines.filter { !$0.contains("/") || $0.contains("!") }.suffix(60)
    return """
      seed \(seed): \(violation ?? "no promise was broken")
      \(last.joined(separator: "\n"))
      Tests/simulate.sh --seed \(seed) --trace
      """
  }
}
