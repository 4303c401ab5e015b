// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Gaps {
  /// The version of the format.
  public static let version = 1

  /// The document of `Schemas/gaps.schema.json`: members sorted by name, a series a line; handed over in pieces.
  /// - Parameter fill: the command that fills the holes.
  public func writeJSON(fill: String?, to sink: ([UInt8]) -> Void) {
    var json = JSONWriter(capacity: 1 << 17)
    json.beginObject()
    json.line("as_of", asOf.description)
    json.line("at", at.description)
    if let fill { json.line("fill", fill) }
    json.newline()
    json.member("gaps", Self.version)
    json.newline()
    json.member("holes", holes)
    json.line("name", name)
    json.newline()
    json.key("series")
    json.beginArray()
    for one in series {
      json.newline()
      write(one, to: &json)
      if json.bytes.count > 1 << 16 { sink(json.take()) }
    }
    if !series.isEmpty { json.closingNewline() }
    json.endArray()
    json.newline()
    json.key("totals")
    json.value(.object(Dictionary(uniqueKeysWithValues: totals.map { ($0.key.word, .int(Int64($0.value))) })))
    json.newline()
    json.member("windows", windows)
    json.closingNewline()
    json.endObject()
    json.closingNewline()
    sink(json.take())
  }

  private func write(_ one: Series, to json: inout JSONWriter) {
    json.beginObject()
    json.member("app", one.app)
    json.member("dataset", one.dataset)
    json.member("export", one.export)
    json.member("format", one.format)
    json.member("holes", one.holes)
    json.key("ranges")
    json.beginArray()
    for range in ranges(of: one) {
      json.beginObject()
      json.member("end", range.last.window.end.description)
      json.member("first", range.first.label)
      json.member("last", range.last.label)
      json.member("start", range.first.window.start.description)
      json.member("status", range.status.word)
      json.member("windows", range.windows)
      json.endObject()
    }
    json.endArray()
    json.member("title", one.title)
    json.member("windows", one.statuses.count)
    json.endObject()
  }
}

extension JSONWriter {
  fileprivate mutating func line(_ name: String, _ text: String) {
    newline()
    member(name, text)
  }
}
