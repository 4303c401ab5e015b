// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Two entries of `apps:` that are one app.
struct AppsApart: ManifestRule {
  static let code = "M115"
  static let title = "two names for one app"
  static let explanation =
    """
    Two apps have the same parameters, so that jobs of both are the same jobs: they are planned once, under the name that \
    stands first. This is a warning.
    """
  static let fix = "Take one of the names out, or correct the parameters."
  static let example = DiagnosticCode.Example(
    "apps:\n  one: {with: {collection: shop, app: one}}\n  two: {with: {collection: shop, app: one}}",
    fixed: "apps:\n  one: {with: {collection: shop, app: one}}\n  two: {with: {collection: shop, app: two}}")
  static let isAdvice = true

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    var first: [[String: JSONValue]: Int] = [:]
    let apps = input.manifest.apps
    for (index, app) in apps.enumerated() where !app.parameters.isEmpty {
      let parameters = app.parameters.mapValues(\.value)
      guard let other = first[parameters] else {
        first[parameters] = index
        continue
      }
      tell(
        &problems, "'\(app.name.value)' is the same app as '\(apps[other].name.value)'", at: app.name.place,
        severity: .warning, related: [Diagnostic.Related("its parameters are these", at: apps[other].name.place)])
    }
  }
}
