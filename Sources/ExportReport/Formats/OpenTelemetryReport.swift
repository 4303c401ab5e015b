// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ReportFormat {
  /// `otlp-traces.json`: a trace in OTLP/JSON, an export request a line, each of a bounded size: what a collector takes one
  /// after the other. A run of a few hundred spans is one line.
  public static let openTelemetry = ReportFormat("opentelemetry", file: "otlp-traces.json") { report, sink in
    for request in TraceRequests(report) {
      try sink(request)
      try sink([UInt8(ascii: "\n")])
    }
  }
}

/// Export requests of OTLP/JSON with all spans of a run: the bodies of requests to `/v1/traces`, in order, at least one.
/// Each is made when it is asked for.
public struct TraceRequests: Sequence, IteratorProtocol {
  /// A request is sent off when it has become so long: collectors take at least four times that.
  static let lengthMost = 512 << 10

  private let name: String
  private let version: String?
  private let trace: String
  private var batches: TraceSpans.Batches
  private var batch: ArraySlice<TraceSpan> = []
  private var isOver = false

  public init(_ report: RunReport) {
    let spans = TraceSpans(report)
    (name, version) = Self.program(report)
    (trace, batches) = (spans.trace, spans.makeIterator())
  }

  public mutating func next() -> [UInt8]? {
    guard !isOver else { return nil }
    var json = begun()
    while let span = nextSpan() {
      span.write(trace: trace, to: &json)
      if json.bytes.count > Self.lengthMost, hasMore() { return ended(&json) }
    }
    isOver = true
    return ended(&json)
  }

  // MARK: Spans

  private mutating func hasMore() -> Bool {
    while batch.isEmpty {
      guard let next = batches.next() else { return false }
      batch = next[...]
    }
    return true
  }

  private mutating func nextSpan() -> TraceSpan? { hasMore() ? batch.removeFirst() : nil }

  // MARK: A request

  /// `outhaul 0.1.0` in its two words.
  private static func program(_ report: RunReport) -> (name: String, version: String?) {
    let words = report.program.split(separator: " ", maxSplits: 1).map(String.init)
    return (words.first ?? "outhaul", words.count > 1 ? words[1] : nil)
  }

  /// Up to where spans follow.
  private func begun() -> JSONWriter {
    var resource: [TraceSpan.Attribute] = [("service.name", .text(name))]
    if let version { resource.append(("service.version", .text(version))) }
    var json = JSONWriter(capacity: Self.lengthMost + 8192)
    json.beginObject()
    json.key("resourceSpans")
    json.beginArray()
    json.beginObject()
    json.key("resource")
    json.beginObject()
    TraceSpan.write(resource, to: &json)
    json.endObject()
    json.key("scopeSpans")
    json.beginArray()
    json.beginObject()
    json.key("scope")
    json.beginObject()
    json.member("name", "outhaul.report")
    json.member("version", version)
    json.endObject()
    json.key("spans")
    json.beginArray()
    return json
  }

  private func ended(_ json: inout JSONWriter) -> [UInt8] {
    json.endArray()
    json.endObject()
    json.endArray()
    json.endObject()
    json.endArray()
    json.endObject()
    return json.bytes
  }
}
