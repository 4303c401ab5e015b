// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `window:` of a dataset.
extension DescriptionReader {
  mutating func window(_ node: YAMLNode) -> WindowRule? {
    guard var reader = MappingReader(node, "'window'", code: "D001", &problems) else { return nil }
    let unit = reader.required("unit", &problems).flatMap { word($0, "unit", WindowRule.Unit.self) }
    let render = reader.required("render", &problems).flatMap { word($0, "rendering", WindowRule.Render.self) }
    let zone = reader.optional("zone").flatMap { text($0, "'zone'") } ?? "UTC"
    let end = reader.required("end", &problems).flatMap { word($0, "end", WindowRule.End.self) }
    reader.finish(later: Self.later, &problems)
    guard let unit, let render, let end else { return nil }
    return WindowRule(unit: unit, render: render, zone: zone, end: end)
  }
}
