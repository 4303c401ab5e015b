// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Measures what cannot be seen from outside of the program: the journal alone, and whatever else of the engine has a
/// figure of its own. `Tests/Benchmarks/run.sh` runs it; each figure is a line of JSON.
@main
struct EngineBenchmarks {
  static let usage = """
    usage: engine-benchmarks ledger PLAN.json STATE      a ledger in which every job of the plan is verified
           engine-benchmarks journal FOLDER COMMITS      figures of the journal, of so many commits
           engine-benchmarks scheduler FOLDER JOBS       events that the scheduler takes
           engine-benchmarks run FOLDER JOBS             what a run costs for each of its jobs
           engine-benchmarks waiting FOLDER TASKS SECONDS  what it costs to wait for so many tasks
           engine-benchmarks verify FOLDER MEGABYTES     how fast files are verified
    """

  static func main() async {
    do {
      try await run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("engine-benchmarks: \(error)\n".utf8))
      exit(1)
    }
  }

  /// A new measurement is a case here, and a line in `EngineFigures` of the table's package.
  private static func run(_ arguments: [String]) async throws {
    switch (arguments.first, arguments.count) {
    case ("ledger", 3): try await LedgerMaker.make(plan: arguments[1], state: arguments[2])
    case ("journal", 3): try await JournalBenchmark.run(in: arguments[1], commits: Int(arguments[2]) ?? 1000)
    case ("scheduler", 3): SchedulerBenchmark.run(jobs: Int(arguments[2]) ?? 100_000)
    case ("run", 3): try await RunBenchmark.run(jobs: Int(arguments[2]) ?? 20_000, in: arguments[1])
    case ("waiting", 4):
      try await WaitingBenchmark.run(
        tasks: Int(arguments[2]) ?? 100_000, in: arguments[1], seconds: Int(arguments[3]) ?? 60)
    case ("verify", 3): try VerifyBenchmark.run(megabytes: Int(arguments[2]) ?? 64)
    default: throw Refusal(description: usage)
    }
  }
}

struct Refusal: Error, CustomStringConvertible {
  let description: String
}

/// One measured number, printed as a line.
struct Figure {
  var name: String
  var value: Double
  var unit: String
  /// What the project has promised itself: at least so much.
  var atLeast: Double?
  /// Or at most so much.
  var atMost: Double?

  func tell() {
    var members: [String: JSONValue] = ["name": .string(name), "value": .double(value), "unit": .string(unit)]
    if let atLeast { members["at_least"] = .double(atLeast) }
    if let atMost { members["at_most"] = .double(atMost) }
    FileHandle.standardOutput.write(Data(JSONValue.object(members).canonicalBytes + [UInt8(ascii: "\n")]))
  }
}
