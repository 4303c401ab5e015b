// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Something that a job completes in a text of the manifest, at its own place.
public struct LocatedHole: Sendable {
  public var hole: JobTemplate.Hole
  public var place: SourcePlace

  /// It stands where nothing completes it.
  /// - Parameter templates: parameters beside it: some may be those that take it.
  func refusal(templates: [ParameterTraits] = []) -> Diagnostic {
    let names = templates.filter { $0.kind == .template }.map { "'\($0.name)'" }
    let help =
      names.isEmpty
      ? "it is for parameters that a service's description calls templates"
      : "it can stand in \(names.joined(separator: ", "))"
    return Diagnostic(code: "M018", "'\(hole.text)' cannot stand here", at: place, help: help)
  }
}

extension SourcePlace {
  func isBefore(_ other: SourcePlace) -> Bool { (line, column) < (other.line, other.column) }
}
