// SPDX-License-Identifier: Apache-2.0

// Runs against the stand-in: each of ours, and below it the plain script's with what it needs more than ours.
extension Table {
  static let runHead = [
    "", "wall", "CPU", "peak", "wall each", "CPU each", "requests each", "to the service's time",
    "budget, or script to ours",
  ]

  /// - Parameter earlier: whose figures the ratios are to.
  static func runCells(_ rows: [Results.RunRow], _ earlier: Results?) -> [[String]] {
    let known = Dictionary(
      (earlier?.runs ?? []).map { ("\($0.name)/\($0.program)", $0) }, uniquingKeysWith: { first, _ in first })
    var ours: Results.RunRow?
    return rows.map { row in
      if row.isOurs { ours = row }
      let ratios = earlier == nil ? [] : runRatios(row, known["\(row.name)/\(row.program)"])
      return runCells(row, ours) + ratios
    }
  }

  private static func runCells(_ row: Results.RunRow, _ ours: Results.RunRow?) -> [String] {
    let share = row.serviceSeconds > 0 ? Figures.ratio(row.wallSeconds, to: row.serviceSeconds) : ""
    return [
      row.isOurs ? row.name : "– \(row.program)", Figures.time(row.wallSeconds), Figures.time(row.cpuSeconds),
      Figures.memory(row.peakBytes), Figures.short(row.wallEach), Figures.short(row.cpuEach),
      Figures.decimal(row.requestsEach, 2), share, row.isOurs ? budget(row) : ratios(row, ours),
    ]
  }

  private static func budget(_ row: Results.RunRow) -> String {
    var parts: [String] = []
    func hold(_ value: Double, _ most: Double?, _ text: (Double) -> String) {
      if let most { parts.append("\(text(most)): \(Figures.ratio(value, to: most))") }
    }
    hold(row.wallEach, row.budget?.wallEach) { "wall \(Figures.short($0))" }
    hold(row.cpuEach, row.budget?.cpuEach) { "CPU \(Figures.short($0))" }
    hold(row.askingEach, row.budget?.requestsEach) { most in
      "\(Figures.decimal(most, 1)) requests\(row.readsFiles ? " besides the file" : "")"
    }
    hold(row.peakBytes, row.budget?.peak.map(Double.init)) { Figures.memory($0) }
    return parts.joined(separator: ", ")
  }

  /// What the script needs, as a multiple of what ours does.
  private static func ratios(_ row: Results.RunRow, _ ours: Results.RunRow?) -> String {
    guard let ours else { return "" }
    return [
      "wall × \(Figures.ratio(row.wallSeconds, to: ours.wallSeconds))",
      "CPU × \(Figures.ratio(row.cpuSeconds, to: ours.cpuSeconds))",
      "requests × \(Figures.ratio(row.requests, to: ours.requests))",
    ].joined(separator: ", ")
  }

  private static func runRatios(_ row: Results.RunRow, _ before: Results.RunRow?) -> [String] {
    guard let before else { return ["new", "", ""] }
    return [
      Figures.ratio(row.wallSeconds, to: before.wallSeconds), Figures.ratio(row.cpuSeconds, to: before.cpuSeconds),
      Figures.ratio(row.peakBytes, to: before.peakBytes),
    ]
  }
}
