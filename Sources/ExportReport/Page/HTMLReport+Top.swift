// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

// What stands on the first screen.
extension HTMLReport {
  var top: [String: Any] {
    let next = NextSteps(report, coverage)
    return [
      "verdict": report.verdict, "tone": tone,
      "times":
        "\(HTMLText.moment(report.header.started)) to \(HTMLText.moment(report.ended)), \(RunReport.duration(report.duration)). All times are UTC (+00:00); windows are named in their own zones.",
      "sentences": next.sentences,
      "commands": next.commands.map { ["purpose": $0.purpose, "line": $0.line] },
      "nextTone": coverage.missing == 0 ? (next.commands.isEmpty ? "isgood" : "iswait") : "isbad",
      "totals": totals, "causesInShort": causesInShort, "hasCauses": !groups.isEmpty,
    ]
  }

  private var tone: String {
    switch report.outcome {
    case .done: "good"
    case .interrupted, .broken: "wait"
    case .incomplete, .halted: "bad"
    }
  }

  /// Why, in a line for each cause.
  private var causesInShort: [String] {
    groups.map { group in
      let first = group.kinds.first.map { ": \($0.message)" } ?? ""
      let more = group.kinds.count > 1 ? ", and \(Count.words(group.kinds.count - 1, "other message"))" : ""
      return "\(Count.words(group.count, "job")) – \(RunReport.words(group.cause))\(first)\(more)"
    }
  }

  private var totals: [[String: String]] {
    var all: [(String, String)] = [
      ("due", HTMLText.grouped(report.jobs.count)), ("verified", HTMLText.grouped(report.count(.verified))),
    ]
    for (name, count) in [
      ("listed only", report.listed), ("failed", report.count(.failed)), ("abandoned", report.count(.abandoned)),
      ("skipped", report.count(.skipped)), ("cancelled", report.count(.cancelled)), ("unfinished", report.unfinished),
    ] where count > 0 {
      all.append((name, HTMLText.grouped(count)))
    }
    let setbacks = report.jobs.reduce(0) { $0 + $1.setbacks }
    all += [
      ("rows", HTMLText.grouped(report.rows)), ("files", HTMLText.grouped(report.artifactCount)),
      ("size", RunReport.bytes(report.bytes)), ("setbacks", HTMLText.grouped(setbacks)),
      ("time", RunReport.duration(report.duration)),
    ]
    return all.map { ["name": $0.0, "value": $0.1] }
  }
}
