// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

extension ReportFormat {
  /// `events.ndjson`: what happened, a thing a line, in order; versioned by `Schemas/events.schema.json`.
  public static let events = ReportFormat("events", file: "events.ndjson") { report in
    var bytes = EventLine.began(report.header)
    bytes.reserveCapacity(report.events.count * 192)
    var notes = report.notes[...]
    for (written, event) in report.events.enumerated() {
      while let note = notes.first, note.after <= written {
        bytes += EventLine.note(note)
        notes.removeFirst()
      }
      bytes += EventLine.event(event)
    }
    for note in notes { bytes += EventLine.note(note) }
    // A run that goes on, or was killed, has not ended.
    guard report.outcome != .broken else { return bytes }
    return bytes + EventLine.ended(at: report.ended, report.outcome, report.stop)
  }
}
