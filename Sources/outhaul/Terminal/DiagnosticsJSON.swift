// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// Diagnostics for machines: `{"valid": …, "jobs": …, "dst": […], "diagnostics": [{severity, code, message, file, line, column}]}`.
struct DiagnosticsJSON {
  let text: String

  init(_ diagnostics: DiagnosticList, jobs: Int?, clocks: [ClockChanges] = []) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("diagnostics")
    writer.beginArray()
    for diagnostic in diagnostics.sorted().all {
      writer.beginObject()
      writer.member("code", diagnostic.code)
      if let place = diagnostic.place {
        writer.member("column", place.column)
        writer.member("file", place.file.name)
        writer.member("help", diagnostic.help)
        writer.member("length", place.length)
        writer.member("line", place.line)
      } else {
        writer.member("help", diagnostic.help)
      }
      writer.member("message", diagnostic.message)
      writer.member("severity", diagnostic.severity.rawValue)
      writer.endObject()
    }
    writer.endArray()
    if jobs != nil { writer.dst(clocks) }
    if let jobs { writer.member("jobs", jobs) }
    writer.member("valid", !diagnostics.hasErrors)
    writer.endObject()
    text = writer.text
  }
}
