// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a client and a journal could do here at most: the same stand-in asked by a client that does nothing else, the
/// shortest exchange, and commits of SQLite alone.
struct StandInLimits {
  let options: Options
  let folder: WorkFolder
  let baseline: Baseline?
  private static let connections = 64

  init(options: Options, folder: WorkFolder, baseline: Baseline?) {
    (self.options, self.folder, self.baseline) = (options, folder, baseline)
  }

  func all() throws -> [Machine.Limit] {
    try load() + [roundTrip()] + commits()
  }

  // MARK: One each

  private struct Told: Decodable {
    var requests: Int?
    var commits: Int?
    var wallSeconds: Double?
    var cpuSeconds: Double?
    var medianSeconds: Double?
  }

  /// Of each kind of request: how many in a second, and what one costs the client and the stand-in.
  private func load() throws -> [Machine.Limit] {
    let requests = options.size == .smoke ? 500 : 50_000
    return try ["submit", "poll", "file"].flatMap { kind -> [Machine.Limit] in
      let standIn = try StandInProcess(options.standIn)
      let told = try tell([
        options.standIn, "load", standIn.address, "--kind", kind, "--requests", String(requests), "--connections",
        String(Self.connections),
      ])
      let counts = try standIn.end()
      // One more makes the task that is asked for.
      guard counts.requests == requests + 1, counts.refused == 0, let wall = told.wallSeconds, let cpu = told.cpuSeconds
      else { throw Failure("the load does not add up to \(requests) requests: \(counts)") }
      let name = "\(kind), \(Self.connections) connections"
      let (count, micro) = (Double(requests), 1e6)
      return [
        Machine.Limit(name: "\(name): requests", value: count / wall, unit: "per second"),
        Machine.Limit(name: "\(name): CPU of the client", value: cpu / count * micro, unit: "µs"),
        Machine.Limit(name: "\(name): CPU of the stand-in", value: counts.cpuSeconds / count * micro, unit: "µs"),
      ]
    }
  }

  private func roundTrip() throws -> Machine.Limit {
    let standIn = try StandInProcess(options.standIn)
    let told = try tell([
      options.standIn, "round-trip", standIn.address, "--requests", options.size == .smoke ? "100" : "20000",
    ])
    _ = try standIn.end()
    return Machine.Limit(name: "a byte over 127.0.0.1 and back", value: (told.medianSeconds ?? 0) * 1e6, unit: "µs")
  }

  /// Of one small row each, with full durability, by the script's journal.
  private func commits() throws -> [Machine.Limit] {
    guard let baseline else { return [] }
    for name in Baseline.files { folder.remove(name) }
    let told = try tell([
      baseline.python, baseline.script, "commits", Baseline.file, options.size == .smoke ? "20" : "1000",
    ])
    let rate = Double(told.commits ?? 0) / max(told.wallSeconds ?? 0, 1e-9)
    return [Machine.Limit(name: "SQLite, WAL, synchronous=FULL: commits", value: rate, unit: "per second")]
  }

  private func tell(_ command: [String]) throws -> Told {
    let (errors, output) = (folder.path(of: "errors.txt"), folder.path(of: "told.txt"))
    let child = try Child.run(command, in: folder.path, errors: errors, output: output)
    guard child.status == 0 else {
      throw Failure("'\(command.joined(separator: " "))' ended with \(child.status)\n\(folder.text(of: "errors.txt"))")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Told.self, from: Data(folder.text(of: "told.txt").utf8))
  }
}
