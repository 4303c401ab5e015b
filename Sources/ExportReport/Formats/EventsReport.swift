// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

extension ReportFormat {
  /// `events.ndjson`: what happened, a thing a line, in order; versioned by `Schemas/events.schema.json`.
  public static let events = ReportFormat("events", file: "events.ndjson") { report, sink in
    var lines = EventLines(JSONWriter(capacity: pieceLength + 4096))
    lines.began(report.header)
    var notes = report.notes[...]
    for (written, event) in report.events.enumerated() {
      while let note = notes.first, note.after <= written {
        lines.note(note)
        notes.removeFirst()
      }
      lines.event(event)
      try lines.json.flush(to: sink)
    }
    for note in notes { lines.note(note) }
    // A run that goes on, or was killed, has not ended.
    if report.outcome != .broken { lines.ended(at: report.ended, report.outcome, report.stop) }
    try sink(lines.json.take())
  }
}
