// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `window:` of an export.
extension ManifestParts {
  mutating func window(_ node: YAMLNode) -> WindowSetting? {
    guard var reader = MappingReader(node, "'window'", code: "M001", &problems) else { return nil }
    let every = reader.required("every", &problems).flatMap { choice($0, "period", WindowSetting.Period.self) }
    var window = WindowSetting(every: every ?? .day, place: node.place)
    window.from = reader.optional("from").flatMap { day($0, "'from'") }
    window.through = reader.optional("through").flatMap { day($0, "'through'") }
    window.to = reader.optional("to").flatMap { day($0, "'to'") }
    if let node = reader.optional("last"), let span = duration(node, "'last'") {
      window.last = Located(span, at: node.place)
    }
    if let node = reader.optional("zone"), let zone = text(node, "'zone'") {
      window.zone = zone
      window.zonePlace = node.place
    }
    if let node = reader.optional("ripe_after"), let delay = duration(node, "'ripe_after'") { window.ripeAfter = delay }
    reader.finish(later: ManifestReader.later, &problems)
    return every == nil ? nil : window
  }

  private mutating func day(_ node: YAMLNode, _ noun: String) -> Located<CivilDate>? {
    if let text = node.text, let day = CivilDate(text) { return Located(day, at: node.place) }
    add("M016", "'\(node.text ?? node.noun)' is not a day for \(noun)", at: node.place, help: "write yyyy-MM-dd")
    return nil
  }
}
