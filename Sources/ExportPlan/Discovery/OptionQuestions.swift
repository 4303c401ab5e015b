// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Options of exports whose values the service is asked for when the plan is made, such as `all: finished`.
public struct OptionQuestion: Sendable, Hashable {
  /// The export's index.
  public var export: Int
  public var dataset: String
  /// The option that asks, and the one that takes what is found.
  public var option: String
  public var fills: String
  /// All options of the dataset, with defaults.
  public var options: [String: JSONValue]
  public var service: String
}

extension Manifest {
  /// - Parameter traits: by the manifest's service names.
  public func questions(_ traits: [String: ServiceTraits]) -> [OptionQuestion] {
    exports.enumerated().flatMap { index, export -> [OptionQuestion] in
      guard let traits = traits[export.service.value] else { return [] }
      return export.datasets.flatMap { word -> [OptionQuestion] in
        guard let dataset = traits.dataset(typed: word.value), !dataset.searches.isEmpty else { return [] }
        let given = export.options[word.value]?.mapValues(\.value) ?? [:]
        let options = dataset.options.applied(to: given)
        return dataset.searches.sorted { $0.key < $1.key }.compactMap { option, fills in
          guard options[option] != nil else { return nil }
          return OptionQuestion(
            export: index, dataset: dataset.name, option: option, fills: fills, options: options,
            service: export.service.value)
        }
      }
    }
  }

  /// The apps that an export names.
  public func apps(of export: ExportSetting) -> [AppSetting] {
    apps.filter { $0.isChosen(by: export) }
  }

  /// Puts what was found in place of a question.
  /// - Parameter values: by app's name; an app without any gets no job.
  /// - Returns: a warning when there is such an app.
  public mutating func answer(_ question: OptionQuestion, with values: [String: [JSONValue]]) -> Diagnostic? {
    let export = exports[question.export]
    let asked = apps(of: export).map(\.name.value)
    for app in asked {
      guard let values = values[app], !values.isEmpty else { continue }
      exports[question.export].found[question.dataset, default: [:]][app, default: [:]][question.fills] = .array(values)
    }
    // The dataset stands there even when nothing was found for any app.
    exports[question.export].found[question.dataset, default: [:]].merge([:]) { first, _ in first }
    let without = asked.filter { values[$0]?.isEmpty ?? true }
    guard !without.isEmpty else { return nil }
    let most = 5
    let shown = without.prefix(most).map { "'\($0)'" }.joined(separator: ", ")
    let more = without.count > most ? " and \(without.count - most) more" : ""
    let given = export.options.values.lazy.compactMap { $0[question.option] }.first
    return Diagnostic(
      .warning, code: "P012",
      "'\(question.option)' finds nothing for \(shown)\(more): no '\(question.dataset)' is planned there",
      at: given?.place ?? export.name.place)
  }
}

extension AppSetting {
  /// Whether an export's `apps:` means this one.
  func isChosen(by export: ExportSetting) -> Bool {
    switch export.apps {
    case .all: true
    case .named(let names): names.contains { $0.value == name.value }
    case .labelled(let wanted): wanted.matches(labels)
    }
  }
}
