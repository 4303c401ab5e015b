// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension WindowRule {
  /// How windows must lie, and how they are sent.
  var words: String {
    let unit: String =
      switch self.unit {
      case .instant: "any instants"
      case .hour: "whole hours"
      case .day: "whole days"
      case .month: "whole months"
      }
    let render: String =
      switch self.render {
      case .iso: "RFC 3339"
      case .date: "yyyy-MM-dd"
      case .hour: "yyyyMMddTHH"
      case .compactDate: "yyyyMMdd"
      case .epochSeconds: "seconds since 1970"
      case .epochMilliseconds: "milliseconds since 1970"
      }
    var parts = ["\(unit) in \(zone), sent as \(render)"]
    if end == .included { parts.append("the end is the last \(self.unit.rawValue) itself") }
    if let most { parts.append("at most \(DurationText.format(most))") }
    if let lag { parts.append("complete \(DurationText.format(lag)) after its end") }
    if let oldest { parts.append("not older than \(DurationText.format(oldest))") }
    return parts.joined(separator: "; ")
  }

  var json: JSONValue {
    .object(
      [
        "end": .string(end.rawValue), "render": .string(render.rawValue), "unit": .string(unit.rawValue),
        "zone": .string(zone), "lag": lag.map { .string(DurationText.format($0)) },
        "max": most.map { .string(DurationText.format($0)) },
        "oldest": oldest.map { .string(DurationText.format($0)) },
      ].compactMapValues { $0 })
  }
}
