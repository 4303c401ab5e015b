// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// Diagnostics for machines: `{"valid": …, "jobs": …, "awaits": [what services have to be asked for], "dst": […],
/// "diagnostics": [{severity, code, message, help, file, line, column, length, related: [{message, file, line, column,
/// length}]}], "left_out": how many more there are, "error": what kept files from being read}`: `Schemas/validate.schema.json`. Columns and lengths are
/// in code points.
struct DiagnosticsJSON {
  /// More problems than these are counted, not listed.
  static let limit = 1000

  let text: String

  init(
    _ diagnostics: DiagnosticList, jobs: Int?, awaited: [String] = [], clocks: [ClockChanges] = [],
    error: String? = nil
  ) {
    let sorted = diagnostics.sorted().all
    var writer = JSONWriter()
    writer.beginObject()
    if !awaited.isEmpty { writer.member("awaits", .array(awaited.map { .string($0) })) }
    writer.key("diagnostics")
    writer.beginArray()
    for diagnostic in sorted.prefix(Self.limit) { Self.write(diagnostic, to: &writer) }
    writer.endArray()
    if jobs != nil || !awaited.isEmpty { writer.dst(clocks) }
    if let error { writer.member("error", error) }
    if let jobs { writer.member("jobs", jobs) }
    if sorted.count > Self.limit { writer.member("left_out", sorted.count - Self.limit) }
    writer.member("valid", error == nil && !diagnostics.hasErrors)
    writer.member("validate", 1)
    writer.endObject()
    text = writer.text
  }

  private static func write(_ diagnostic: Diagnostic, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code", diagnostic.code)
    write(diagnostic.place, help: diagnostic.help, to: &writer)
    writer.member("message", diagnostic.message)
    writer.key("related")
    writer.beginArray()
    for note in diagnostic.related {
      writer.beginObject()
      write(note.place, help: nil, to: &writer)
      writer.member("message", note.message)
      writer.endObject()
    }
    writer.endArray()
    writer.member("severity", diagnostic.severity.rawValue)
    writer.endObject()
  }

  private static func write(_ place: SourcePlace?, help: String?, to writer: inout JSONWriter) {
    guard let place else { return writer.member("help", help) }
    writer.member("column", place.column)
    writer.member("file", place.file.name)
    writer.member("help", help)
    writer.member("length", place.length)
    writer.member("line", place.line)
  }
}
