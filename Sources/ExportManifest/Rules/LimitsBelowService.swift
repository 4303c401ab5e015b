// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A manifest may lower a service's limits, never raise them.
struct LimitsBelowService: ManifestRule {
  static let code = "M107"
  static let title = "a limit above the service's own"
  static let explanation =
    "'limits' of a service are at most what its description allows, and those of an export at most the service's."
  static let fix = "Write at most the number that is shown, or leave the limit out to have the service's own."
  static let example = DiagnosticCode.Example(
    ExampleText.service("limits: {active: 64}"), fixed: ExampleText.service("limits: {active: 16}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for service in input.manifest.services {
      guard let limits = input.traits[service.name.value]?.limits else { continue }
      hold(service.limits.active, "active", limits.active, &problems)
      hold(service.limits.activePerApp, "active_per_app", limits.activePerApp, &problems)
      if let most = limits.submitsPerSecond { hold(service.limits.submitsPerSecond, "submits", most, &problems) }
      if let most = limits.callsPerSecond { hold(service.limits.callsPerSecond, "calls", most, &problems) }
    }
    for export in input.manifest.exports {
      guard let limits = input.traits(of: export)?.limits else { continue }
      let own = input.manifest.services.first { $0.name.value == export.service.value }?.limits ?? LimitSetting()
      let active = min(limits.active, own.active?.value ?? limits.active)
      let perApp = min(limits.activePerApp, own.activePerApp?.value ?? limits.activePerApp)
      hold(export.limits.active, "active", active, &problems)
      hold(export.limits.activePerApp, "active_per_app", perApp, &problems)
    }
  }

  private func hold<Number: Comparable & Sendable>(
    _ given: Located<Number>?, _ name: String, _ most: Number, _ problems: inout DiagnosticList
  ) {
    guard let given, given.value > most else { return }
    tell(&problems, "'\(name)' is above the service's own limit", at: given.place, help: "at most \(most)")
  }
}
