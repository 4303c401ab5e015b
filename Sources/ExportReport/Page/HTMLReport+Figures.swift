// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

// Figures: slowest and largest, what did not work over time, limits.
extension HTMLReport {
  private static let extremesMost = 10
  private static let notesShown = 20
  private static let notesMost = 500
  private static let appsMost = 200

  var figures: [String: Any] {
    let notes = report.notes.compactMap { note in
      note.notice.text.map { ["at": HTMLText.moment(note.at), "text": $0] }
    }
    return [
      "slowest": report.slowest(Self.extremesMost).map { extreme($0, RunReport.duration($0.took ?? .zero)) },
      "largest": report.largest(Self.extremesMost).map { extreme($0, RunReport.bytes($0.sums?.bytes ?? 0)) },
      "hasExtremes": report.jobs.contains { $0.took != nil },
      "setbacks": setbackRows, "hasSetbacks": !setbackRows.isEmpty,
      "spanWidth": RunReport.duration(Setbacks(report).width),
      "notes": Array(notes.prefix(Self.notesShown)), "hasNotes": !notes.isEmpty,
      "foldedNotes": Array(notes.dropFirst(Self.notesShown).prefix(Self.notesMost)),
      "hasFoldedNotes": notes.count > Self.notesShown,
      "foldedNoteCount": Count.words(notes.count - Self.notesShown, "more note"),
      "limits": limits,
    ]
  }

  private func extreme(_ job: ReportedJob, _ value: String) -> [String: Any] {
    ["title": job.title, "place": job.place, "value": value, "state": job.stateWord, "look": job.look]
  }

  // MARK: Over time

  private var setbackRows: [[String: String]] {
    let setbacks = Setbacks(report)
    let most = setbacks.spans.flatMap(\.values).max() ?? 1
    return setbacks.totals.map { total in
      let counts = setbacks.spans.map { $0[total.cause] ?? 0 }
      let peak = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
      let at = report.header.started.advanced(by: setbacks.width * peak)
      let said =
        "\(RunReport.words(total.cause)): \(total.count), at most \(counts[peak]) in \(RunReport.duration(setbacks.width)), at \(HTMLText.clock(at))"
      return ["said": said, "chart": Self.chart(counts, most: most)]
    }
  }

  /// Upright bars, the tallest as tall as the chart.
  private static func chart(_ counts: [Int], most: Int) -> String {
    let bars = counts.enumerated().filter { $0.element > 0 }.map { index, count in
      let height = max(2, count * 32 / max(1, most))
      return "<rect class=\"miss\" x=\"\(index * 10)\" y=\"\(34 - height)\" width=\"8\" height=\"\(height)\"/>"
    }
    return
      "<svg viewBox=\"0 0 \(counts.count * 10) 34\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\(bars.joined())</svg>"
  }

  // MARK: Limits

  private var limits: [[String: Any]] {
    LimitsUsed(report).services.map { service in
      let rows =
        [row(service.live, "all of \(service.live.name)")] + service.exports.map { row($0, "export \($0.name)") }
      let apps = service.apps.map { row($0, "app \($0.name)") }
      var rates = [Self.rate("requests for a task", service.submits)]
      if let calls = service.calls { rates.append(Self.rate("requests of all kinds", calls)) }
      if let lowered = service.lowered {
        rates.append(
          "given only \(Count.words(lowered.active, "task")) at once at \(HTMLText.clock(lowered.at)), because it asked for patience"
        )
      }
      return [
        "service": service.live.name, "rows": rows + apps.prefix(5), "rates": rates,
        "apps": Array(apps.dropFirst(5).prefix(Self.appsMost)), "hasApps": apps.count > 5,
        "appCount": Count.words(apps.count - 5, "more app"),
      ]
    }
  }

  private func row(_ use: LimitsUsed.Use, _ name: String) -> [String: Any] {
    let share = use.limit.map { min(100, use.most * 100 / max(1, $0)) }
    return [
      "name": name, "most": use.most, "limit": use.limit.map { "\($0)" } ?? "none of its own",
      "share": share.map { "\($0) %" } ?? "", "at": HTMLText.clock(use.mostAt),
      "average": HTMLText.decimal(use.average),
      "bar": share.map {
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"run\" width=\"\($0)\" height=\"8\"/></svg>"
      } ?? "",
    ]
  }

  private static func rate(_ name: String, _ rate: LimitsUsed.Rate) -> String {
    let limit = rate.limit.map { ", of \(HTMLText.decimal($0)) a second that are allowed" } ?? "; no limit is set"
    return "\(name) in any one second: at most \(rate.most)\(limit)"
  }
}
