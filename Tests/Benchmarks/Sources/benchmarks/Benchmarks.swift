// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@main
struct Benchmarks {
  static func main() throws {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      guard !options.wantsHelp else { return print(Options.help) }
      try run(options)
    } catch {
      Console.error("benchmarks: \(error)")
      exit(1)
    }
  }

  private static func run(_ options: Options) throws {
    let earlier = try options.compare.map { try Results(reading: $0) }
    let folder = try WorkFolder(engine: options.engine)
    defer { folder.remove() }
    let load = Machine.load
    let baseline = options.python.map { Baseline(python: $0, script: options.script) }
    var rows = options.parts.contains(.plans) ? try measured(Benchmark.all(options.size), options, folder) : []
    var (runs, leftOut): ([Results.RunRow], [String]) = ([], [])
    if options.parts.contains(.runs) {
      (runs, leftOut) = try RunMeasurement(options: options, folder: folder, baseline: baseline).all()
      rows += try measured(Benchmark.reports(options.size), options, folder)
    }
    let figures =
      options.parts.contains(.inside)
      ? try EngineFigures(folder: folder, size: options.size, runs: options.runs).all() : []
    let limits = try StandInLimits(options: options, folder: folder, baseline: baseline).all()
    let machine = try Machine.measured(in: folder, load: load, more: limits, isBrief: options.size == .smoke)
    let results = Results(machine: machine, rows: rows, figures: figures, runs: runs, leftOut: leftOut)

    let table = Table(results, comparedWith: earlier)
    print(table.text)
    if let path = options.markdown { try table.markdown.write(toFile: path, atomically: true, encoding: .utf8) }
    if let path = options.json { try results.json.write(to: URL(fileURLWithPath: path)) }
  }

  private static func measured(
    _ benchmarks: [Benchmark], _ options: Options, _ folder: WorkFolder
  ) throws -> [Results.Row] {
    try benchmarks.filter { $0.needs.map(folder.exists) ?? true }.map { benchmark in
      Console.error("\(benchmark.name) …")
      return try Measurement.of(benchmark, binary: options.binary, folder: folder, runs: options.runs)
    }
  }
}
