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
      "sentences": next.sentences, "missing": coverage.missingInShort, "hasMissing": coverage.missing > 0,
      "commands": next.commands.map { ["purpose": $0.purpose, "line": $0.line] },
      "nextTone": nextTone(next),
      "totals": totals, "causesInShort": causesInShort, "hasCauses": !causesInShort.isEmpty,
    ]
  }

  private var tone: String {
    switch report.outcome {
    case .done: "good"
    case .interrupted, .broken: "wait"
    case .incomplete, .halted: "bad"
    }
  }

  /// What waits because somebody stopped the run is not bad.
  private func nextTone(_ next: NextSteps) -> String {
    if coverage.missing == 0, next.commands.isEmpty { return "isgood" }
    return coverage.missing == 0 || (tone == "wait" && groups.isEmpty) ? "iswait" : "isbad"
  }

  /// Why: what stopped the run, then a line for each cause, and for some of what is not over or was waited for.
  private var causesInShort: [String] {
    var lines: [String] = []
    if let halt = report.halt {
      let request = halt.requestID.map { ", request \($0)" } ?? ""
      let said = "\(RunReport.words(halt.cause)): \(halt.message)\(request)"
      lines.append("the run stopped – \(said). \(RunReport.advice(halt.cause))")
    }
    lines += groups.map { group in
      let first = group.kinds.first.map { ": \($0.message)" } ?? ""
      let more = group.kinds.count > 1 ? ", and \(Count.words(group.kinds.count - 1, "other message"))" : ""
      return "\(Count.words(group.count, "job")) – \(RunReport.words(group.cause))\(first)\(more)"
    }
    lines += report.givenUp.map { one in
      let causes = one.groups.map { RunReport.words($0.cause) }.joined(separator: ", ")
      return "\(Count.words(one.count, "job")) – given up after a failed attempt (\(causes)), because \(one.why)"
    }
    let unfinished = report.unfinishedGroups
    lines += unfinished.prefix(3).map { "\(Count.words($0.jobs.count, "job")) – \($0.why)" }
    let open = unfinished.dropFirst(3).reduce(0) { $0 + $1.jobs.count }
    if open > 0 { lines.append("\(Count.words(open, "more job")) that were not over") }
    let notBegun = report.notBegun
    lines += notBegun.prefix(3).map { "\($0.who) – \($0.why)" }
    let left = notBegun.dropFirst(3).reduce(0) { $0 + $1.jobs.count }
    if left > 0 { lines.append("\(Count.words(left, "more job")) that were not begun") }
    return lines
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
