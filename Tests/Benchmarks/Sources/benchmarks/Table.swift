// SPDX-License-Identifier: Apache-2.0

/// The results as a table, for a terminal and for a document.
struct Table {
  private let head: [String]
  private let lines: [[String]]
  private let runs: [[String]]
  private let runHead: [String]
  private let leftOut: [String]
  private let figures: [[String]]
  private let limits: [[String]]
  private let machine: String

  /// - Parameter earlier: whose figures the ratios are to.
  init(_ results: Results, comparedWith earlier: Results?) {
    head =
      ["", "wall", "CPU", "peak", "CPU each", "budget"] + (earlier == nil ? [] : ["wall now/before", "CPU", "peak"])
    let known = Dictionary(
      (earlier?.rows ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    lines = results.rows.map { row in
      Self.cells(row) + (earlier == nil ? [] : Self.ratios(row, known[row.name]))
    }
    runHead = Self.runHead + (earlier == nil ? [] : ["wall now/before", "CPU", "peak"])
    runs = Self.runCells(results.runs ?? [], earlier)
    leftOut = results.leftOut ?? []
    figures = Self.figures(results, earlier)
    limits = results.machine.limits.map { limit in
      [limit.name, "\(Figures.decimal(limit.value, limit.value < 10 ? 2 : 0)) \(limit.unit)"]
    }
    let (cores, memory) = (results.machine.cores, Double(results.machine.memoryBytes))
    machine =
      "\(results.machine.processor), \(cores) core\(cores == 1 ? "" : "s"), \(Figures.memory(memory)), "
      + "\(results.machine.system); load average \(Figures.decimal(results.machine.load, 1)) before"
  }

  private static func cells(_ row: Results.Row) -> [String] {
    let each = row.count == 0 ? "" : "\(Figures.nanoseconds(row.cpuSeconds / Double(row.count)))/\(row.unit)"
    var budgets: [String] = []
    if let wall = row.wallBudgetSeconds {
      budgets.append("\(Figures.time(wall)): \(Figures.ratio(row.wallSeconds, to: wall))")
    }
    if let peak = row.peakBudgetBytes.map(Double.init) {
      budgets.append("\(Figures.memory(peak)): \(Figures.ratio(row.peakBytes, to: peak))")
    }
    return [
      row.name, Figures.time(row.wallSeconds), Figures.time(row.cpuSeconds), Figures.memory(row.peakBytes), each,
      budgets.joined(separator: ", "),
    ]
  }

  private static func figures(_ results: Results, _ earlier: Results?) -> [[String]] {
    let known = Dictionary(
      (earlier?.figures ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    return (results.figures ?? []).map { figure in
      let value = "\(Figures.decimal(figure.value, figure.value < 100 ? 2 : 0)) \(figure.unit)"
      let budget =
        figure.atLeast.map { "at least \(bound($0)): \(Figures.ratio(figure.value, to: $0))" }
        ?? figure.atMost.map { "at most \(bound($0)): \(Figures.ratio(figure.value, to: $0))" }
      let ratio = known[figure.name].map { Figures.ratio(figure.value, to: $0) } ?? "new"
      return [figure.name, value, budget ?? ""] + (earlier == nil ? [] : [ratio])
    }
  }

  private static func bound(_ value: Double) -> String { Figures.decimal(value, value < 1 ? 2 : 0) }

  private static func ratios(_ row: Results.Row, _ before: Results.Row?) -> [String] {
    guard let before else { return ["new", "", ""] }
    return [
      Figures.ratio(row.wallSeconds, to: before.wallSeconds), Figures.ratio(row.cpuSeconds, to: before.cpuSeconds),
      Figures.ratio(row.peakBytes, to: before.peakBytes),
    ]
  }

  /// Columns in line, with what the machine itself does below.
  var text: String {
    var all = [machine]
    if !lines.isEmpty { all += [""] + Self.aligned([head] + lines) }
    if !runs.isEmpty { all += ["", "Runs against the stand-in:"] + Self.aligned([runHead] + runs) + left }
    if !figures.isEmpty { all += ["", "The engine from inside:"] + Self.aligned(figures) }
    return (all + ["", "The machine alone:"] + Self.aligned(limits)).joined(separator: "\n")
  }

  private var left: [String] {
    leftOut.isEmpty ? [] : ["", "Left out, as they would take too long: \(leftOut.joined(separator: "; "))."]
  }

  var markdown: String {
    var all = ["Machine: \(machine).", ""]
    if !lines.isEmpty { all += Self.rows(head, lines) }
    if !runs.isEmpty { all += ["", "Runs against the stand-in:", ""] + Self.rows(runHead, runs) + left }
    if !figures.isEmpty {
      all += ["", "The engine from inside:", ""]
      all += Self.rows(["", "", "budget"] + ((figures.first?.count ?? 0) > 3 ? ["now/before"] : []), figures)
    }
    all += ["", "The machine alone:", ""]
    all += Self.rows(["", ""], limits)
    return all.joined(separator: "\n") + "\n"
  }

  /// The first column is text, the others are figures.
  private static func aligned(_ lines: [[String]]) -> [String] {
    let widths = (lines.first ?? []).indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      let padded = cells.indices.map { column -> String in
        let space = String(repeating: " ", count: widths[column] - cells[column].count)
        return column == 0 ? cells[column] + space : space + cells[column]
      }
      return padded.joined(separator: "  ")
    }
  }

  private static func rows(_ head: [String], _ lines: [[String]]) -> [String] {
    let rule = "|---|" + head.dropFirst().map { _ in "---:|" }.joined()
    return ["| \(head.joined(separator: " | ")) |", rule] + lines.map { "| \($0.joined(separator: " | ")) |" }
  }
}
