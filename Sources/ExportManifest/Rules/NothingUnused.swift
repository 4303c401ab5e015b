// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What nothing uses is told, because it is often a name that was mistyped elsewhere.
struct NothingUnused: ManifestRule {
  static let code = "M113"
  static let title = "something that nothing uses"
  static let explanation = "Services, destinations, secrets and variables that nothing uses are warnings."
  static let isAdvice = true
  static let fix = "Use it, correct the name where it was meant, or take it out."
  static let example = DiagnosticCode.Example(
    "variables: {group: shop}\napps:\n  shop-ios: {with: {collection: shop, app: ios}}",
    fixed: "variables: {group: shop}\napps:\n  shop-ios: {with: {collection: \"${var.group}\", app: ios}}")

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    let manifest = input.manifest
    let services = Set(manifest.exports.map(\.service.value) + manifest.discoveries.map(\.service.value))
    for service in manifest.services where !services.contains(service.name.value) {
      warn("service", service.name, &problems)
    }
    var destinations = Set(manifest.exports.map(\.destination.value))
    for case .directory(_, let staging?, _) in manifest.destinations.map(\.kind) { destinations.insert(staging) }
    for destination in manifest.destinations where !destinations.contains(destination.name.value) {
      warn("destination", destination.name, &problems)
    }
    let used = Set(manifest.secretUses.map(\.value))
    for name in manifest.secrets.keys.sorted() where !used.contains(name) {
      tell(&problems, "nothing uses the secret '\(name)'", at: manifest.secretPlaces[name], severity: .warning)
    }
    for variable in manifest.unusedVariables.sorted(by: { $0.value < $1.value }) {
      warn("variable", variable, &problems)
    }
  }

  private func warn(_ noun: String, _ name: Located<String>, _ problems: inout DiagnosticList) {
    tell(&problems, "nothing uses the \(noun) '\(name.value)'", at: name.place, severity: .warning)
  }
}
