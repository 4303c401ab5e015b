// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a service is asked for at plan time is what its description can ask.
struct Catalogues: ManifestRule {
  static let code = "M131"
  static let title = "a service without a catalogue"
  static let explanation =
    "'discover' asks a service for its apps. That takes a service whose description has a section 'catalogue'."
  static let fix = "Write the apps of this service down one by one, or teach its description how to list them."
  static let example = DiagnosticCode.Example(
    .description, "catalogue:  # how are apps found?",
    fixed: """
      catalogue:
        steps: [{call: {method: GET, path: /apps}, each: body:/all, take: {name: /name}}]
        app: {name: "${found.name}", with: {}}
      """)

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for discovery in input.manifest.discoveries {
      guard let traits = input.traits[discovery.service.value], !traits.hasCatalogue else { continue }
      tell(
        &problems, "'\(discovery.service.value)' has no catalogue to discover apps in", at: discovery.service.place,
        help: "the description of \(traits.name) has no section 'catalogue'")
    }
  }
}
