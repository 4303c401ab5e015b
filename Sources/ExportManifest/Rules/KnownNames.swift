// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Exports name services, apps, destinations and other exports.
struct KnownNames: ManifestRule {
  static let code = "M101"
  static let title = "an unknown service, destination, app or export"
  static let explanation =
    "An export names a service, a destination, apps and exports that come before it. Each must be an entry of its section."
  static let fix = "Write the name as it stands in its section, or add it there."
  static let example = DiagnosticCode.Example("defaults: {destination: laek}", fixed: "defaults: {destination: lake}")

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    let manifest = input.manifest
    let names = manifest.names
    let services = names.known("services", manifest.services.map(\.name.value))
    let destinations = names.known("destinations", manifest.destinations.map(\.name.value))
    let apps = manifest.knownApps
    let exports = names.known("exports", manifest.exports.map(\.name.value))
    for discovery in manifest.discoveries { expect(discovery.service, "service", in: services, &problems) }
    for export in manifest.exports {
      expect(export.service, "service", in: services, &problems)
      expect(export.destination, "destination", in: destinations, &problems)
      if case .named(let names) = export.apps, !manifest.awaitsCatalogue {
        // A lone word may be meant as the one that stands for every app.
        let isAll =
          names.count == 1 && apps.flatMap { Suggestion.nearest(to: names[0].value, in: $0 + ["all"]) } == "all"
        for name in names { expect(name, "app", in: apps, help: isAll ? "did you mean 'all'?" : nil, &problems) }
      }
      for after in export.after { expect(after.export, "export", in: exports, &problems) }
    }
  }

  private func expect(
    _ name: Located<String>, _ noun: String, in known: [String]?, help: String? = nil, _ problems: inout DiagnosticList
  ) {
    guard let known, !known.contains(name.value) else { return }
    tell(
      &problems, "unknown \(noun) '\(name.value)'", at: name.place,
      help: help ?? Suggestion.help(for: name.value, in: known))
  }
}
