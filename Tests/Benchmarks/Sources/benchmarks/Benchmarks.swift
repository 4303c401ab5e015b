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
    var rows: [Results.Row] = []
    for benchmark in Benchmark.all(options.size) {
      Console.error("\(benchmark.name) …")
      rows.append(try Measurement.of(benchmark, binary: options.binary, folder: folder, runs: options.runs))
    }
    let figures = try EngineFigures(folder: folder, size: options.size, runs: options.runs).all()
    let machine = try Machine.measured(in: folder, load: load, isBrief: options.size == .smoke)
    let results = Results(machine: machine, rows: rows, figures: figures)

    let table = Table(results, comparedWith: earlier)
    print(table.text)
    if let path = options.markdown { try table.markdown.write(toFile: path, atomically: true, encoding: .utf8) }
    if let path = options.json { try results.json.write(to: URL(fileURLWithPath: path)) }
  }
}
