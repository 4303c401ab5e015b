// SPDX-License-Identifier: Apache-2.0

/// Runs the command of a row as often as it is asked to.
enum Measurement {
  /// - Throws: `Failure` when the command ends otherwise than it should.
  static func of(_ benchmark: Benchmark, binary: String, folder: WorkFolder, runs: Int) throws -> Results.Row {
    for input in benchmark.inputs { try input.prepare(in: folder) }
    var children: [Child] = []
    var repetition = Repetition(runs: runs)
    while repetition.goesOn {
      let errors = folder.path(of: "errors.txt")
      let child = try Child.run([binary] + benchmark.arguments, in: folder.path, errors: errors)
      guard child.status == benchmark.status else {
        let command = (["outhaul"] + benchmark.arguments).joined(separator: " ")
        throw Failure("'\(command)' ended with \(child.status)\n\(folder.text(of: "errors.txt"))")
      }
      children.append(child)
      repetition.took(child.wall)
    }
    if let leftover = benchmark.leftover { folder.remove(leftover) }
    return Results.Row(
      name: benchmark.name, count: benchmark.count, unit: benchmark.unit.rawValue, runs: children.count,
      wallSeconds: median(children.map(\.wall)), cpuSeconds: median(children.map(\.cpu)),
      peakBytes: median(children.map { Double($0.peak) }), wallBudgetSeconds: benchmark.budget.wall,
      peakBudgetBytes: benchmark.budget.peak)
  }

  /// The one in the middle, or the mean of the two that are.
  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
