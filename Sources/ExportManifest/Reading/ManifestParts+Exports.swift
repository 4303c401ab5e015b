// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `defaults:` and `exports:`.
extension ManifestParts {
  struct Defaults {
    var destination: Located<String>?
    var formats: [Located<String>] = []
    var retry = RetrySetting()
    var timeouts = TimeoutSetting()
    var thenPlace: SourcePlace?
    /// False when a destination may be missing because it could not be read: that was told.
    var isRead = true
    var priority = 0
    var verify = VerifySetting()
  }

  mutating func defaults(_ node: YAMLNode?) -> Defaults {
    var defaults = Defaults()
    guard let node else { return defaults }
    guard var reader = MappingReader(node, "'defaults'", code: "M001", &problems) else {
      defaults.isRead = false
      return defaults
    }
    let destination = reader.optional("destination")
    defaults.destination = destination.flatMap { located($0, "'destination'") }
    defaults.isRead = defaults.destination != nil || (destination == nil && !reader.misspells("destination"))
    defaults.formats = reader.optional("format").map { words($0, "'format'") } ?? []
    if let node = reader.optional("retry") { defaults.retry = retry(node, over: defaults.retry) }
    if let node = reader.optional("timeouts") {
      defaults.timeouts = timeouts(node, over: defaults.timeouts, then: &defaults.thenPlace)
    }
    defaults.priority = reader.optional("priority").flatMap { priority($0) } ?? 0
    if let node = reader.optional("verify") { defaults.verify = verify(node, over: defaults.verify) }
    reader.finish(later: ManifestReader.later, &problems)
    return defaults
  }

  mutating func export(_ name: Located<String>, _ node: YAMLNode, _ defaults: Defaults) -> ExportSetting? {
    guard var reader = MappingReader(node, "the export '\(name.value)'", code: "M001", &problems) else { return nil }
    let service = reader.required("service", &problems).flatMap { located($0, "'service'") }
    let appsNode = reader.required("apps", &problems)
    let datasets = reader.required("datasets", &problems).map { words($0, "'datasets'") } ?? []
    let destinationNode = reader.optional("destination")
    let destination = destinationNode.flatMap { located($0, "'destination'") } ?? defaults.destination
    let windowNode = reader.required("window", &problems)
    let window = windowNode.flatMap { self.window($0) }
    var export = ExportSetting(
      name: name, service: service ?? Located("", at: name.place), appsPlace: appsNode?.place ?? name.place,
      datasets: datasets, destination: destination ?? Located("", at: name.place),
      window: window ?? WindowSetting(every: .day, place: windowNode?.place ?? name.place))
    export.window.isKnown = window != nil
    if let appsNode { export.apps = apps(appsNode) }
    export.formats = reader.optional("format").map { words($0, "'format'") } ?? defaults.formats
    export.after = reader.optional("after").map { after($0) } ?? []
    if let node = reader.optional("order"), let order = choice(node, "order", ExportSetting.Order.self) {
      export.order = order
    }
    export.maxFailures = maxFailures(&reader)
    export.include = reader.optional("include").map { matches($0, "'include'") } ?? []
    export.exclude = reader.optional("exclude").map { matches($0, "'exclude'") } ?? []
    export.retry = reader.optional("retry").map { retry($0, over: defaults.retry) } ?? defaults.retry
    (export.timeouts, export.thenPlace) = (defaults.timeouts, defaults.thenPlace)
    if let node = reader.optional("timeouts") {
      export.timeouts = timeouts(node, over: defaults.timeouts, then: &export.thenPlace)
    }
    export.priority = reader.optional("priority").flatMap { priority($0) } ?? defaults.priority
    if let node = reader.optional("limits") { export.limits = exportLimits(node) }
    export.verify = reader.optional("verify").map { verify($0, over: defaults.verify) } ?? defaults.verify
    // A key that is one of the datasets holds that dataset's options.
    for dataset in datasets {
      if let node = reader.optional(dataset.value) {
        let options = parameters(node, prefix: dataset.value)
        export.options[dataset.value] = Dictionary(
          options.map { (String($0.key.dropFirst(dataset.value.count + 1)), $0.value) }, uniquingKeysWith: { a, _ in a }
        )
      }
    }
    reader.finish(later: ManifestReader.later, &problems)
    if destination == nil, destinationNode == nil, defaults.isRead, !reader.misspells("destination") {
      add(
        "M014", "the export '\(name.value)' has no destination", at: name.place, help: "give it one, or 'defaults' one")
    }
    // What could not be read was told; checking it further would only repeat that.
    return service == nil || destination == nil || datasets.isEmpty ? nil : export
  }

  private enum OnFailure: String, CaseIterable { case `continue`, stop }

  /// `on_failure: stop` is the same as `max_failures: 1`; `continue` is how it is without either.
  private mutating func maxFailures(_ reader: inout MappingReader) -> Int? {
    let onFailure = reader.optional("on_failure")
    let most = reader.optional("max_failures")
    if let onFailure, let most {
      add(
        "M021", "'max_failures' does not go with 'on_failure'", at: most.place,
        related: [Diagnostic.Related("'on_failure' says it already", at: onFailure.place)])
    }
    if let onFailure { return choice(onFailure, "on_failure", OnFailure.self) == .stop ? 1 : nil }
    return most.flatMap { number($0, "'max_failures'", in: 1...1_000_000) }
  }

  private mutating func apps(_ node: YAMLNode) -> ExportSetting.Apps {
    switch node.kind {
    case .scalar(let word, _) where word == "all": return .all
    case .mapping:
      guard var reader = MappingReader(node, "'apps'", code: "M001", &problems) else { return .all }
      let labels = reader.required("labels", &problems)
      reader.finish(later: ManifestReader.later, &problems)
      // What could not be read was told; no app is missed because of it.
      return labels.flatMap { selector($0) }.map { .labelled($0) } ?? .all
    default: return .named(words(node, "'apps'"))
    }
  }

  private mutating func after(_ node: YAMLNode) -> [AfterSetting] {
    guard case .sequence(let elements) = node.kind else {
      add(
        "M015", "'after' must be a list, not \(node.noun)", at: node.place, help: "write [{export: NAME, match: app}]")
      return []
    }
    return elements.compactMap { element in
      if let name = element.text {
        let help = Self.isName(name) ? "write {export: \(name)}" : nil
        add("M001", "an entry of 'after' must be a mapping, not \(element.noun)", at: element.place, help: help)
        return nil
      }
      guard var reader = MappingReader(element, "an entry of 'after'", code: "M001", &problems) else { return nil }
      let export = reader.required("export", &problems).flatMap { located($0, "'export'") }
      let match = reader.optional("match").map { choice($0, "match", AfterSetting.Match.self) }
      reader.finish(later: ManifestReader.later, &problems)
      guard let export else { return nil }
      return AfterSetting(export: export, match: (match ?? .app) ?? .app)
    }
  }

  private mutating func retry(_ node: YAMLNode, over base: RetrySetting) -> RetrySetting {
    var retry = base
    guard var reader = MappingReader(node, "'retry'", code: "M001", &problems) else { return retry }
    if let node = reader.optional("attempts"), let count = number(node, "'attempts'", in: 1...100) {
      retry.attempts = count
    }
    if let node = reader.optional("first"), let pause = duration(node, "'first'") { retry.first = pause }
    if let node = reader.optional("most"), let pause = duration(node, "'most'") { retry.most = pause }
    if let node = reader.optional("cool_down"), let pause = duration(node, "'cool_down'") { retry.coolDown = pause }
    if let node = reader.optional("factor") {
      let factor: Double? =
        switch node.json {
        case .int(let whole): Double(whole)
        case .double(let number): number
        default: nil
        }
      if let factor, (1...100).contains(factor) {
        retry.factor = factor
      } else {
        add(
          "M007", "\(node.shown) is not a number for 'factor'", at: node.place,
          help: "write one from 1 to 100")
      }
    }
    reader.finish(later: ManifestReader.later, &problems)
    return retry
  }

  /// - Parameter place: where `then:` stands, when it does.
  private mutating func timeouts(
    _ node: YAMLNode, over base: TimeoutSetting, then place: inout SourcePlace?
  ) -> TimeoutSetting {
    var timeouts = base
    guard var reader = MappingReader(node, "'timeouts'", code: "M001", &problems) else { return timeouts }
    for (name, path) in [("queued", \TimeoutSetting.queued), ("running", \.running), ("total", \.total)] {
      guard let node = reader.optional(name), let limit = duration(node, "'\(name)'") else { continue }
      timeouts[keyPath: path] = limit
    }
    if let node = reader.optional("then"), let policy = choice(node, "policy", TimeoutSetting.Policy.self) {
      (timeouts.then, place) = (policy, node.place)
    }
    reader.finish(later: ManifestReader.later, &problems)
    return timeouts
  }
}
