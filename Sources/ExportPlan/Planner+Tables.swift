// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

extension ServiceTraits {
  /// The dataset that a person means: by its name or one of its other spellings, in any case.
  public func dataset(typed text: String) -> DatasetTraits? {
    let word = text.lowercased()
    return datasets.first { $0.name == word || $0.aliases.contains(word) }
  }
}

extension PlannedService {
  public init(_ setting: ServiceSetting, _ traits: ServiceTraits) {
    self.init(
      name: setting.name.value, use: setting.use.value, description: traits.name, revision: traits.revision,
      base: setting.base?.value ?? traits.base,
      parameters: traits.parameters.applied(to: setting.parameters.mapValues(\.value)),
      credential: setting.credential, limits: traits.limits.lowered(by: setting.limits), recovery: traits.recovery)
    secrets = setting.secrets.mapValues(\.value)
  }
}

extension ServiceLimits {
  /// The lower of both, limit by limit.
  func lowered(by setting: LimitSetting) -> ServiceLimits {
    ServiceLimits(
      active: min(active, setting.active?.value ?? active),
      activePerApp: min(activePerApp, setting.activePerApp?.value ?? activePerApp),
      submitsPerSecond: Self.lower(submitsPerSecond, setting.submitsPerSecond?.value),
      callsPerSecond: Self.lower(callsPerSecond, setting.callsPerSecond?.value))
  }

  private static func lower(_ a: Double?, _ b: Double?) -> Double? {
    guard let a, let b else { return a ?? b }
    return min(a, b)
  }
}

extension PlannedExport {
  init(_ export: ExportSetting, service: Int, destination: Int, datasets: [DatasetTraits]) {
    var options: [String: [String: JSONValue]] = [:]
    for dataset in datasets where !dataset.options.isEmpty {
      let spellings = [dataset.name] + dataset.aliases
      let given = spellings.lazy.compactMap { export.options[$0] }.first ?? [:]
      options[dataset.name] = dataset.options.applied(to: given.mapValues(\.value))
      // What was found stands in place of the question.
      for question in dataset.searches.keys where export.found[dataset.name] != nil {
        options[dataset.name]?[question] = nil
      }
    }
    self.init(
      name: export.name.value, service: service, destination: destination,
      datasets: Dictionary(datasets.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first }),
      options: options, ripeAfter: export.window.ripeAfter(datasets), retry: export.retry, timeouts: export.timeouts)
    for dataset in datasets where dataset.kind == .historical { oldest[dataset.name] = dataset.window?.oldest }
    maxFailures = export.maxFailures
    found = export.found
    (lookback, catchUp) = (export.window.lookback?.value ?? 0, export.window.catchUp?.value)
    (priority, verify) = (export.priority, export.verify)
    limits = ExportLimits(active: export.limits.active?.value, activePerApp: export.limits.activePerApp?.value)
  }
}

extension WindowSetting {
  /// How long windows are kept back: until the data of every dataset are complete at the service, at least.
  func ripeAfter(_ datasets: [DatasetTraits]) -> Duration {
    datasets.reduce(ripeAfter) { max($0, ($1.kind == .historical ? $1.window?.lag : nil) ?? .zero) }
  }
}

/// The cells of an export, oldest first, each with the datasets that are asked for it.
struct Cells {
  var rows: [(cell: WindowCell, datasets: [DatasetTraits])] = []
  var problems: [Diagnostic] = []

  init(of export: ExportSetting, asOf: Instant, datasets: [DatasetTraits]) {
    let historical = datasets.filter { $0.kind == .historical }
    let snapshots = datasets.filter { $0.kind == .snapshot }
    var window = export.window
    window.ripeAfter = window.ripeAfter(datasets)
    do {
      if !historical.isEmpty {
        rows = try window.cells(asOf: asOf).map { ($0, historical) }
      }
      if !snapshots.isEmpty {
        guard let current = try export.window.currentCell(asOf: asOf) else { return }
        if let index = rows.firstIndex(where: { $0.cell == current }) {
          rows[index].datasets = datasets
        } else {
          rows.append((current, snapshots))
        }
      }
    } catch {
      problems.append(error.diagnostic(export.window))
    }
  }
}
