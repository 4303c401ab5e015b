// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Everything that was measured, as the JSON that `--json` writes and `--compare` reads.
struct Results: Codable {
  /// Figures are medians over the runs.
  struct Row: Codable {
    var name: String
    /// 0: nothing is counted.
    var count: Int
    var unit: String
    var runs: Int
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakBytes: Double
    var wallBudgetSeconds: Double?
    var peakBudgetBytes: Int?

    enum CodingKeys: String, CodingKey {
      case name, count, unit, runs
      case wallSeconds = "wall_seconds"
      case cpuSeconds = "cpu_seconds"
      case peakBytes = "peak_bytes"
      case wallBudgetSeconds = "wall_budget_seconds"
      case peakBudgetBytes = "peak_budget_bytes"
    }
  }

  /// What the engine tells of itself: as many as it can in a second, or what one of it costs.
  struct Figure: Codable {
    var name: String
    var value: Double
    var unit: String
    /// What the project has promised itself: at least so much.
    var atLeast: Double?
    /// Or at most so much.
    var atMost: Double?

    enum CodingKeys: String, CodingKey {
      case name, value, unit
      case atLeast = "at_least"
      case atMost = "at_most"
    }
  }

  var version = 1
  var machine: Machine
  var rows: [Row]
  /// Earlier results have none.
  var figures: [Figure]?
  /// Earlier results have none.
  var runs: [RunRow]?
  /// Runs that would have taken too long, as the table tells them.
  var leftOut: [String]?

  enum CodingKeys: String, CodingKey {
    case version, machine, rows, figures, runs
    case leftOut = "left_out"
  }

  init(machine: Machine, rows: [Row], figures: [Figure], runs: [RunRow], leftOut: [String]) {
    (self.machine, self.rows, self.figures, self.runs, self.leftOut) = (machine, rows, figures, runs, leftOut)
  }

  /// - Throws: `Failure` for a file that is not there or holds something else.
  init(reading path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else { throw Failure("cannot read '\(path)'") }
    do {
      self = try JSONDecoder().decode(Results.self, from: data)
    } catch {
      throw Failure("'\(path)' holds no results of this command")
    }
  }

  var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      return try encoder.encode(self)
    }
  }
}
