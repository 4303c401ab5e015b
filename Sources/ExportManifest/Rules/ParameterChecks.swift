// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What the values of some parameters are held against: made once for all that give them.
struct ParameterChecks {
  let all: [ParameterCheck]
  /// Those of an app that a template may name, and those that it may not, because they are templates themselves.
  let appNames: [String]
  let appTemplates: Set<String>
  /// In the manifest, by the place of the text that they stand in.
  let holes: [SourcePlace: [LocatedHole]]

  init(_ parameters: [ParameterTraits], _ input: RuleInput, _ traits: ServiceTraits) {
    all = parameters.map { ParameterCheck($0) }
    appNames = traits.appParameters.filter { $0.kind != .template }.map(\.name)
    appTemplates = Set(traits.appParameters.filter { $0.kind == .template }.map(\.name))
    holes = input.manifest.holes
  }
}

extension ManifestRule {
  /// Holds what a job is to complete against what the description takes and the job has.
  /// - Returns: whether something was told.
  func holdHoles(
    of value: Located<JSONValue>, _ parameter: ParameterTraits, _ checks: ParameterChecks,
    _ problems: inout DiagnosticList
  ) -> Bool {
    let holes = checks.holes[value.place] ?? []
    guard parameter.kind == .template else {
      for hole in holes { problems.add(hole.refusal(templates: checks.all.map(\.parameter))) }
      return !holes.isEmpty
    }
    let told = problems.count
    for hole in holes {
      if hole.hole.isOfWindow {
        guard !JobTemplate.windowNames.contains(hole.hole.name) else { continue }
        let help = Suggestion.help(for: hole.hole.name, in: JobTemplate.windowNames)
        tell(&problems, "a window has no '\(hole.hole.name)'", at: hole.place, help: help)
      } else if checks.appTemplates.contains(hole.hole.name) {
        tell(
          &problems, "'\(hole.hole.text)' is a template itself", at: hole.place,
          help: "write what it says in place of it")
      } else if !checks.appNames.contains(hole.hole.name) {
        let help = Suggestion.help(for: hole.hole.name, in: checks.appNames)
        tell(&problems, "apps of the service have no '\(hole.hole.name)'", at: hole.place, help: help)
      }
    }
    return problems.count > told
  }
}
