// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Asks the program that measures from inside. A new measurement is a case there and a line in `all`.
struct EngineFigures {
  let folder: WorkFolder
  let size: Options.Size
  let runs: Int

  init(folder: WorkFolder, size: Options.Size, runs: Int) { (self.folder, self.size, self.runs) = (folder, size, runs) }

  func all() throws -> [Results.Figure] {
    let isSmoke = size == .smoke
    return try figures(of: "journal") { run in ["journal-\(run)", isSmoke ? "12" : "1200"] }
      + figures(of: "scheduler") { run in ["scheduler-\(run)", isSmoke ? "1000" : "400000"] }
      + figures(of: "run") { run in ["run-\(run)", isSmoke ? "200" : "20000"] }
      + figures(of: "verify") { run in ["verify-\(run)", isSmoke ? "1" : "64"] }
      + (isSmoke ? [] : figures(of: "waiting", runs: 1) { run in ["waiting-\(run)", "100000", "60"] })
  }

  // MARK: Parts

  /// Medians of the figures that a measurement tells.
  /// - Parameter arguments: of a run.
  private func figures(
    of measurement: String, runs: Int? = nil, _ arguments: (Int) -> [String]
  ) throws -> [Results.Figure] {
    Console.error("\(measurement) from inside …")
    var all: [[Results.Figure]] = []
    var repetition = Repetition(runs: runs ?? self.runs)
    while repetition.goesOn {
      let (arguments, began) = (arguments(all.count), ContinuousClock.now)
      defer { folder.remove(arguments[0]) }
      all.append(try told([folder.engine, measurement] + arguments))
      repetition.took((ContinuousClock.now - began).inSeconds)
    }
    return (all.first ?? []).indices.map { index in
      var figure = all[0][index]
      figure.value = Measurement.median(all.map { $0[index].value })
      return figure
    }
  }

  private func told(_ command: [String]) throws -> [Results.Figure] {
    let (errors, output) = (folder.path(of: "errors.txt"), folder.path(of: "figures.txt"))
    let child = try Child.run(command, in: folder.path, errors: errors, output: output)
    guard child.status == 0 else {
      throw Failure("'\(command.joined(separator: " "))' ended with \(child.status)\n\(folder.text(of: "errors.txt"))")
    }
    return try folder.text(of: "figures.txt").split(separator: "\n").map { line in
      try JSONDecoder().decode(Results.Figure.self, from: Data(line.utf8))
    }
  }
}
