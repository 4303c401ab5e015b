// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Texts that the jobs of an export complete, held against what these have.
struct TemplateHolds {
  private struct Text {
    var template: JobTemplate
    var place: SourcePlace
    /// Whose jobs complete it; `nil`: those of all of the export's datasets.
    var dataset: String?
  }

  private let export: ExportSetting
  private let traits: ServiceTraits
  private let datasets: [DatasetTraits]
  private var texts: [Text] = []

  init(_ export: ExportSetting, service: ServiceSetting?, traits: ServiceTraits, datasets: [DatasetTraits]) {
    (self.export, self.traits, self.datasets) = (export, traits, datasets)
    add(traits.parameters, service?.parameters ?? [:])
    for dataset in datasets {
      let given = ([dataset.name] + dataset.aliases).lazy.compactMap { export.options[$0] }.first ?? [:]
      add(dataset.options, given, of: dataset.name)
    }
  }

  private mutating func add(
    _ parameters: [ParameterTraits], _ given: [String: Located<JSONValue>], of dataset: String? = nil
  ) {
    for parameter in parameters where parameter.kind == .template {
      let value = given[parameter.name]
      guard let text = (value?.value ?? parameter.defaultValue)?.string else { continue }
      let template = JobTemplate(text)
      guard !template.holes.isEmpty else { continue }
      texts.append(Text(template: template, place: value?.place ?? export.name.place, dataset: dataset))
    }
  }

  /// - Parameter apps: that the export is of.
  func problems(of apps: [AppSetting]) -> [Diagnostic] {
    var all = texts
    for app in apps {
      var own = TemplateHolds(export, traits: traits, datasets: datasets)
      own.add(traits.appParameters, app.parameters)
      all += own.texts
    }
    return all.flatMap { text in windowProblems(of: text) + appProblems(of: text, apps) }
  }

  private init(_ export: ExportSetting, traits: ServiceTraits, datasets: [DatasetTraits]) {
    (self.export, self.traits, self.datasets) = (export, traits, datasets)
  }

  private func windowProblems(of text: Text) -> [Diagnostic] {
    guard let hole = text.template.holes.first(where: \.isOfWindow),
      let dataset = datasets.first(where: { $0.window == nil && (text.dataset ?? $0.name) == $0.name })
    else { return [] }
    return [
      Diagnostic(
        code: "P020", "'\(dataset.name)' takes no window, and '\(hole.text)' would stay empty", at: text.place,
        help: "take the dataset out of '\(export.name.value)', or the window out of the text")
    ]
  }

  private func appProblems(of text: Text, _ apps: [AppSetting]) -> [Diagnostic] {
    var told: Set<String> = []
    return text.template.holes.filter { $0.scope == "app" && told.insert($0.name).inserted }.compactMap { hole in
      let without = apps.filter {
        traits.appParameters.applied(to: $0.parameters.mapValues(\.value))[hole.name] == nil
      }
      guard let first = without.first else { return nil }
      let more = without.count > 1 ? ", like \(without.count - 1) more" : ""
      return Diagnostic(
        code: "P020", "the app '\(first.name.value)' has no '\(hole.name)' for '\(hole.text)'\(more)", at: text.place,
        help: "give it in 'with' of the app")
    }
  }
}
