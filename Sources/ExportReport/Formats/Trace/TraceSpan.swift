// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

/// A span of a trace, as OTLP/JSON has it.
struct TraceSpan: Sendable {
  enum Kind: Int, Sendable {
    case `internal` = 1
    case client = 3
  }

  enum Status: Int, Sendable {
    case unset = 0
    case ok = 1
    case error = 2
  }

  struct Event: Sendable {
    var name: String
    var at: Instant
    var attributes: [Attribute]
  }

  enum Value: Sendable {
    case text(String)
    case number(Int64)
  }

  typealias Attribute = (key: String, value: Value)

  /// No span has more; how many there were besides is told.
  static let eventsMost = 128

  var id: SpanID
  var parent: SpanID?
  var name: String
  var kind = Kind.internal
  /// Since 1970 in nanoseconds.
  var start: Int64
  var end: Int64
  var attributes: [Attribute] = []
  var events: [Event] = []
  var status = Status.unset
  var message: String?

  init(_ id: SpanID, of parent: SpanID?, _ name: String, from start: Instant, to end: Instant) {
    (self.id, self.parent, self.name) = (id, parent, name)
    self.start = start.milliseconds * 1_000_000
    self.end = max(start, end).milliseconds * 1_000_000
  }

  mutating func set(_ key: String, _ text: String?) {
    if let text { attributes.append((key, .text(text))) }
  }

  mutating func set(_ key: String, _ number: some BinaryInteger) { attributes.append((key, .number(Int64(number)))) }

  /// It did not work, and why.
  mutating func fail(_ failure: Failure?) {
    status = .error
    message = failure?.message
    set("error.type", failure?.cause.rawValue)
  }

  mutating func note(_ failure: Failure, step: String?, at instant: Instant) {
    var attributes: [Attribute] = [("outhaul.cause", .text(failure.cause.rawValue))]
    attributes.append(("outhaul.message", .text(failure.message)))
    if let step { attributes.append(("outhaul.step", .text(step))) }
    if let request = failure.requestID { attributes.append(("outhaul.request.id", .text(request))) }
    events.append(Event(name: "outhaul.setback", at: instant, attributes: attributes))
  }
}

extension TraceSpan {
  /// Numbers of 64 bits are texts, enumerations numbers, identifiers hexadecimal: what OTLP/JSON asks for.
  func write(trace: String, to json: inout JSONWriter) {
    json.beginObject()
    json.member("traceId", trace)
    json.member("spanId", id.hex)
    json.member("parentSpanId", parent?.hex)
    json.member("name", name)
    json.member("kind", kind.rawValue)
    json.member("startTimeUnixNano", String(start))
    json.member("endTimeUnixNano", String(end))
    Self.write(attributes, to: &json)
    if !events.isEmpty {
      json.key("events")
      json.beginArray()
      for event in events.prefix(Self.eventsMost) {
        json.beginObject()
        json.member("timeUnixNano", String(event.at.milliseconds * 1_000_000))
        json.member("name", event.name)
        Self.write(event.attributes, to: &json)
        json.endObject()
      }
      json.endArray()
      if events.count > Self.eventsMost { json.member("droppedEventsCount", events.count - Self.eventsMost) }
    }
    if status != .unset {
      json.key("status")
      json.beginObject()
      json.member("code", status.rawValue)
      json.member("message", message)
      json.endObject()
    }
    json.endObject()
  }

  static func write(_ attributes: [Attribute], to json: inout JSONWriter) {
    guard !attributes.isEmpty else { return }
    json.key("attributes")
    json.beginArray()
    for attribute in attributes {
      json.beginObject()
      json.member("key", attribute.key)
      json.key("value")
      json.beginObject()
      switch attribute.value {
      case .text(let text): json.member("stringValue", text)
      case .number(let number): json.member("intValue", String(number))
      }
      json.endObject()
      json.endObject()
    }
    json.endArray()
  }
}
