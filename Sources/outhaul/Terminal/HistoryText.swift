// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation

/// Runs as people read them: a line each.
struct HistoryText {
  private let history: RunHistory

  init(_ history: RunHistory) { self.history = history }

  var text: String {
    let rows = [["run", "plan", "took", "due", "verified", "ended"]] + history.runs.map(row)
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        // Numbers stand at the right.
        return (2...4).contains(column) ? blanks + cell : cell + blanks
      }
      return cells.joined(separator: "  ").trimmingSuffix { $0 == " " }
    }.joined(separator: "\n")
  }

  private func row(_ run: RunHistory.Run) -> [String] {
    let took = run.took(at: history.at).map { RunReport.duration($0) } ?? "?"
    return [
      run.entry.id, run.entry.name, took, "\(run.due)", "\(run.states[.verified] ?? 0)", end(of: run),
    ]
  }

  /// Why it ended before its jobs did, where its outcome does not say it.
  private func why(_ run: RunHistory.Run) -> [String] {
    switch run.entry.stop {
    case .timeIsUp?: ["its time was up"]
    case .halted(let failure)?: [failure.cause.rawValue]
    case .interrupted?, nil: []
    }
  }

  private func end(of run: RunHistory.Run) -> String {
    guard run.due > 0 else { return "nothing due" }
    let rest: [(String, [JobState])] = [
      ("failed", [.failed]), ("abandoned", [.abandoned]), ("skipped", [.skipped]), ("cancelled", [.cancelled]),
    ]
    let bad = rest.compactMap { name, states -> String? in
      let count = states.reduce(0) { $0 + (run.states[$1] ?? 0) }
      return count > 0 ? "\(count) \(name)" : nil
    }
    return ([run.word] + why(run) + bad).joined(separator: ", ")
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(_ isLeftOut: (Character) -> Bool) -> String {
    String(prefix(upTo: (lastIndex { !isLeftOut($0) }.map { index(after: $0) }) ?? startIndex))
  }
}
