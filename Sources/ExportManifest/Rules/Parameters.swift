// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ManifestRule {
  /// Holds given values against what is asked for.
  func hold(
    _ values: [String: Located<JSONValue>], against checks: ParameterChecks, of noun: String,
    at place: SourcePlace, areRead: Bool = true, _ problems: inout DiagnosticList
  ) {
    var meant: Set<String> = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let check = checks.all.first(where: { $0.parameter.name == name }) else {
        let names = checks.all.map(\.parameter.name)
        if let near = Suggestion.nearest(to: name, in: names) { meant.insert(near) }
        let help = Suggestion.help(for: name, in: names)
        tell(&problems, "unknown parameter '\(name)' of \(noun)", at: value.key ?? value.place, help: help)
        continue
      }
      if holdHoles(of: value, check.parameter, checks, &problems) { continue }
      if let problem = check.problem(with: value.value) {
        tell(&problems, problem.message, at: value.place, help: problem.help)
      }
    }
    for parameter in checks.all.map(\.parameter) where parameter.isRequired && values[parameter.name] == nil {
      // One that is misspelt was told as that.
      guard areRead, !meant.contains(parameter.name) else { continue }
      tell(&problems, "\(noun) needs '\(parameter.name)' in 'with'", at: place)
    }
  }
}

/// `with:` of a service.
struct ServiceParameters: ManifestRule {
  static let code = "M103"
  static let title = "parameters of a service that do not fit"
  static let explanation =
    "'with' of a service holds the parameters that its description asks for, each of its own kind."
  static let fix = "Give each parameter its name and kind; a number that is meant as a text stands in quotes."
  static let example = DiagnosticCode.Example(
    ExampleText.service("credential: none", with: "subscrption: s-1, resource_group: shop"),
    fixed: ExampleText.service("credential: none"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for service in input.manifest.services {
      guard let traits = input.traits[service.name.value] else { continue }
      hold(
        service.parameters, against: ParameterChecks(traits.parameters, input, traits),
        of: "the service '\(service.name.value)'", at: service.name.place, areRead: service.parametersAreRead, &problems
      )
    }
  }
}

/// `with:` of an app, held against every service that exports it.
struct AppParameters: ManifestRule {
  static let code = "M104"
  static let title = "parameters of an app that do not fit"
  static let explanation = "'with' of an app holds the parameters that the descriptions of its services ask for."
  static let fix = "Give each parameter its name and kind; a number that is meant as a text stands in quotes."
  static let example = DiagnosticCode.Example(
    "apps:\n  shop: {with: {collecton: shop, app: shop}}",
    fixed: "apps:\n  shop: {with: {collection: shop, app: shop}}")

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    let used = Set(input.manifest.exports.map(\.service.value))
    guard let traits = used.sorted().lazy.compactMap({ input.traits[$0] }).first else { return }
    let checks = ParameterChecks(traits.appParameters, input, traits)
    for app in input.manifest.apps {
      hold(
        app.parameters, against: checks, of: "the app '\(app.name.value)'", at: app.name.place,
        areRead: app.parametersAreRead, &problems)
    }
  }
}

/// What an export says of a dataset under the dataset's own name.
struct DatasetOptions: ManifestRule {
  static let code = "M105"
  static let title = "options of a dataset that do not fit"
  static let explanation = "A key of an export that is one of its datasets holds that dataset's options."
  static let fix = "Write the option as suggested; the service's guide lists them for each dataset."
  static let example = DiagnosticCode.Example(
    ExampleText.snapshots("push: {campaigns: {type: pol}}"),
    fixed: ExampleText.snapshots("push: {campaigns: {type: poll}}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for export in input.manifest.exports {
      for word in export.datasets {
        guard let traits = input.traits(of: export), let dataset = input.dataset(word, of: export),
          let options = export.options[word.value]
        else { continue }
        let checks = ParameterChecks(dataset.options, input, traits)
        hold(options, against: checks, of: "'\(word.value)'", at: word.place, &problems)
      }
    }
  }
}
