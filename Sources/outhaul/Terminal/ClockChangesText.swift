// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension ClockChanges {
  /// Windows shown of one export; the rest are counted.
  private static let shown = 12

  /// A line for the export and one for each window, without a line end after the last.
  var text: String {
    let count = windows.count
    var lines = [
      "\(export): the clock of \(zone) is changed in \(count) window\(count == 1 ? "" : "s") of the next twelve months"
    ]
    for change in windows.prefix(Self.shown) {
      let effects = change.effects.map(\.words).joined(separator: ", ")
      lines.append("  \(change.label)  \(change.window.start) to \(change.window.end)  \(change.length): \(effects)")
    }
    if count > Self.shown { lines.append("  and \(count - Self.shown) more") }
    return lines.joined(separator: "\n")
  }
}

extension ClockChange {
  /// `23 h`, `23.5 h`.
  fileprivate var length: String {
    let hundredths = Int((hours * 100).rounded())
    let fraction = hundredths % 100
    let digits = fraction % 10 == 0 ? "\(fraction / 10)" : "\(fraction < 10 ? "0" : "")\(fraction)"
    return fraction == 0 ? "\(hundredths / 100) h" : "\(hundredths / 100).\(digits) h"
  }
}

extension ClockChange.Effect {
  fileprivate var words: String {
    switch self {
    case .shorter: "shorter"
    case .longer: "longer"
    case .startsInGap: "starts in a gap"
    case .startsInFold: "starts in a fold"
    case .leftOut: "starts in a gap, left out"
    }
  }
}

extension JSONWriter {
  /// `"dst": [{effects, end, export, hours, label, start, zone}]`.
  mutating func dst(_ clocks: [ClockChanges]) {
    key("dst")
    beginArray()
    for changes in clocks {
      for change in changes.windows {
        beginObject()
        key("effects")
        beginArray()
        for effect in change.effects { string(effect.rawValue) }
        endArray()
        member("end", change.window.end.description)
        member("export", changes.export)
        key("hours")
        double(change.hours)
        member("label", change.label)
        member("start", change.window.start.description)
        member("zone", changes.zone)
        endObject()
      }
    }
    endArray()
  }
}
