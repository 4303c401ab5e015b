// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// What is held against each other once all is read: every job has a value for every name that its requests need.
extension DescriptionReader {
  /// What is certain to be there, by scope.
  struct Given {
    var names: [String: Set<String>]
    var datasets: [GivenDataset]
  }

  struct GivenDataset {
    var name: String
    var window: WindowRule?
    var options: Set<String>
    var forms: [DatasetRule.Form]

    init(_ dataset: (traits: DatasetTraits, rule: DatasetRule)) {
      (name, window) = (dataset.traits.name, dataset.traits.window)
      (options, forms) = (DescriptionReader.given(dataset.traits.options), dataset.rule.forms)
    }
  }

  /// A value that forms give.
  private struct FormValue: Hashable {
    var name: String
    var dataset: String?
    var form: Int?

    init(_ name: String, _ dataset: String?, _ form: Int?) {
      (self.name, self.dataset, self.form) = (name, dataset, form)
    }
  }

  /// Those that have a value in every job.
  static func given(_ parameters: [ParameterTraits]) -> Set<String> {
    Set(parameters.filter { $0.isRequired || $0.defaultValue != nil }.map(\.name))
  }

  mutating func checkUses(_ given: Given) {
    let byName = Dictionary(grouping: given.datasets, by: \.name)
    var (seen, told): (Set<FormValue>, Set<FormValue>) = ([], [])
    for use in uses where !problems.isFull {
      let datasets = use.dataset.map { byName[$0] ?? [] } ?? given.datasets
      switch use.name.scope {
      case "dataset":
        // A name is often in many places.
        guard seen.insert(FormValue(use.name.name, use.dataset, use.form)).inserted else { continue }
        checkForms(use, datasets, &told)
      case "window":
        checkFilters(use, datasets.compactMap(\.window))
        checkWindow(use, datasets)
      case "option": checkOption(use, datasets)
      case let scope:
        guard let names = given.names[scope], !names.contains(use.name.name) else { continue }
        tellMissing(use, "there may be no")
      }
    }
  }

  // MARK: Values

  /// - Parameter told: values that forms lack; each is told once.
  private mutating func checkForms(_ use: Use, _ datasets: [GivenDataset], _ told: inout Set<FormValue>) {
    for dataset in datasets where !problems.isFull {
      for (index, form) in dataset.forms.enumerated() where form.values[use.name.name] == nil {
        guard use.form ?? index == index,
          let place = formPlaces[FormPlace(dataset: dataset.name, index: index)],
          told.insert(FormValue(use.name.name, dataset.name, index)).inserted
        else { continue }
        add(
          "D013", "a form of '\(dataset.name)' gives no value for 'dataset.\(use.name.name)'", at: place,
          help: "a request names it: add '\(use.name.name)' to 'values' of the form")
      }
    }
  }

  private mutating func checkOption(_ use: Use, _ datasets: [GivenDataset]) {
    guard use.need != nil else { return }
    let name = use.name.name
    let lacking = datasets.first { dataset in
      !dataset.options.contains(name) && dataset.forms.contains { $0.option != name }
    }
    if let lacking { tellMissing(use, "a job of '\(lacking.name)' may have no") }
  }

  private mutating func checkWindow(_ use: Use, _ datasets: [GivenDataset]) {
    guard use.need != nil, let without = datasets.first(where: { $0.window == nil }) else { return }
    tellMissing(use, "a job of '\(without.name)' has no")
  }

  private mutating func tellMissing(_ use: Use, _ words: String) {
    guard let need = use.need else { return }
    let help =
      switch use.name.scope {
      case "window": "put it where it can be left out: into 'query', 'headers', 'json' or 'form'"
      case "secret": "take 'required: false' out"
      default: "make it 'required', or give it a 'default'"
      }
    add(
      "D013", "\(words) '\(use.name.scope).\(use.name.name)', and \(need.words) cannot leave it out", at: use.place,
      help: help)
  }

  // MARK: Filters of windows

  /// Bounds of windows are texts in the service's own form and zone: what a filter reads out of them must be the
  /// instant that was meant.
  private mutating func checkFilters(_ use: Use, _ windows: [WindowRule]) {
    for filter in use.filters {
      switch filter {
      case .not, .choose:
        return add(
          "D002", "a filter cannot change 'window.\(use.name.name)', which is a time", at: use.place,
          help: "'not' and 'choose' are for flags")
      case .time:
        guard let window = windows.first(where: { !$0.tellsInstants }) else { continue }
        return add(
          "D002",
          "a filter cannot change 'window.\(use.name.name)', which is sent as '\(window.render.rawValue)' of \(window.zone)",
          at: use.place, help: "leave the filter out and let 'render' say the form, or write render: iso")
      default: continue
      }
    }
  }
}

extension WindowRule {
  /// The instant can be read out of what is sent.
  fileprivate var tellsInstants: Bool {
    switch render {
    case .iso, .epochSeconds, .epochMilliseconds: true
    case .date: zone == "UTC"
    case .hour, .compactDate: false
    }
  }
}
