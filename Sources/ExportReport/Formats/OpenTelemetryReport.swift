// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ReportFormat {
  /// `otlp-traces.json`: a trace in OTLP/JSON, an export request a line, each of a bounded size: what a collector takes one
  /// after the other. A run of a few hundred spans is one line.
  public static let openTelemetry = ReportFormat("opentelemetry", file: "otlp-traces.json") { report in
    var bytes: [UInt8] = []
    for request in TraceRequests.of(report) {
      bytes += request
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}

/// Export requests of OTLP/JSON with all spans of a run.
public enum TraceRequests {
  /// A request is sent off when it has become so long: collectors take at least four times that.
  static let lengthMost = 512 << 10

  /// At least one; the bodies of requests to `/v1/traces`, in order.
  public static func of(_ report: RunReport) -> [[UInt8]] {
    let spans = TraceSpans(report)
    let (name, version) = program(report)
    var requests: [[UInt8]] = []
    var json = begun(name, version)
    var isEmpty = true
    spans.forEach { span in
      if json.bytes.count > lengthMost, !isEmpty {
        requests.append(ended(&json))
        json = begun(name, version)
      }
      span.write(trace: spans.trace, to: &json)
      isEmpty = false
    }
    requests.append(ended(&json))
    return requests
  }

  /// `outhaul 0.1.0` in its two words.
  private static func program(_ report: RunReport) -> (name: String, version: String?) {
    let words = report.program.split(separator: " ", maxSplits: 1).map(String.init)
    return (words.first ?? "outhaul", words.count > 1 ? words[1] : nil)
  }

  /// Up to where spans follow.
  private static func begun(_ name: String, _ version: String?) -> JSONWriter {
    var resource: [TraceSpan.Attribute] = [("service.name", .text(name))]
    if let version { resource.append(("service.version", .text(version))) }
    var json = JSONWriter(capacity: lengthMost + 8192)
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

  private static func ended(_ json: inout JSONWriter) -> [UInt8] {
    json.endArray()
    json.endObject()
    json.endArray()
    json.endObject()
    json.endArray()
    json.endObject()
    return json.bytes
  }
}
