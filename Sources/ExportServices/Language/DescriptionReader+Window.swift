// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML
import Foundation

// `window:` of a dataset.
extension DescriptionReader {
  mutating func window(_ node: YAMLNode) -> WindowRule? {
    guard var reader = MappingReader(node, "'window'", code: "D001", &problems) else { return nil }
    let unit = reader.required("unit", &problems).flatMap { word($0, "unit", WindowRule.Unit.self) }
    let renderNode = reader.required("render", &problems)
    let render = renderNode.flatMap { word($0, "rendering", WindowRule.Render.self) }
    let zone = reader.optional("zone").flatMap { self.zone($0) } ?? "UTC"
    let end = reader.required("end", &problems).flatMap { word($0, "end", WindowRule.End.self) }
    let mostNode = reader.optional("max")
    let most = mostNode.flatMap { length($0) }
    let lag = reader.optional("lag").flatMap { duration($0) }
    let oldest = reader.optional("oldest").flatMap { length($0) }
    reader.finish(&problems)
    guard let unit, let render, let end else { return nil }
    if let renderNode, !render.tells(unit) {
      add(
        "D022", "'render: \(render.rawValue)' does not tell one \(unit.rawValue) from the next", at: renderNode.place,
        help: "choose a finer rendering, or the unit that it shows")
    }
    if let mostNode, let most, most < unit.shortest {
      add(
        "D022", "'max' is shorter than one \(unit.rawValue): no window could be asked for", at: mostNode.place,
        help: "write a longer one, or a shorter 'unit'")
    }
    var rule = WindowRule(unit: unit, render: render, zone: zone, end: end)
    (rule.most, rule.lag, rule.oldest) = (most, lag, oldest)
    return rule
  }

  /// A duration that is not nothing.
  mutating func length(_ node: YAMLNode) -> Duration? {
    guard let duration = duration(node) else { return nil }
    if duration > .zero { return duration }
    add("D006", "'\(node.text ?? node.noun)' is no time at all", at: node.place, help: "write one such as 31d")
    return nil
  }

  /// A name of the time zone database.
  mutating func zone(_ node: YAMLNode) -> String? {
    guard let name = text(node, "'zone'") else { return nil }
    return knownZone(name, at: node.place)
  }

  mutating func knownZone(_ name: String, at place: SourcePlace) -> String? {
    // The list of all is long to make, and most descriptions need none but this one.
    if name == "UTC" { return name }
    let names = TimeZone.knownTimeZoneIdentifiers
    if names.contains(name) { return name }
    // Older names of the same zones, which no list has.
    if name.contains("/"), TimeZone(identifier: name) != nil { return name }
    add(
      "D023", "unknown time zone '\(name)'", at: place,
      help: Suggestion.nearest(to: name, in: names).map { "did you mean '\($0)'?" }
        ?? "use a name such as America/Chicago")
    return nil
  }
}

extension WindowRule.Unit {
  /// How long one is at least.
  fileprivate var shortest: Duration {
    switch self {
    case .instant: .zero
    case .hour: .seconds(3600)
    case .day: .seconds(86_400)
    case .month: .seconds(28 * 86_400)
    }
  }
}

extension WindowRule.Render {
  /// Two neighbouring units are written differently.
  fileprivate func tells(_ unit: WindowRule.Unit) -> Bool {
    switch (self, unit) {
    case (.iso, _), (.epochSeconds, _), (.epochMilliseconds, _), (_, .day), (_, .month), (.hour, .hour): true
    case (.hour, .instant), (.date, _), (.compactDate, _): false
    }
  }
}
