// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

extension Manifest {
  /// Zones that nobody knows, told beside whatever else is wrong with the windows.
  public var zoneProblems: DiagnosticList {
    DiagnosticList(
      exports.compactMap { export in
        let zone = export.window.zone
        return ZoneCalendar(zone) == nil ? WindowProblem.unknownZone(zone).diagnostic(export.window) : nil
      })
  }
}

extension WindowProblem {
  func diagnostic(_ setting: WindowSetting) -> Diagnostic {
    switch self {
    case .unknownZone(let name):
      Diagnostic(
        code: "P001", "unknown time zone '\(name)'", at: setting.zonePlace ?? setting.place,
        help: Suggestion.nearest(to: name, in: ZoneOffsets.names).map { "did you mean '\($0)'?" }
          ?? "use a name such as Europe/Paris")
    case .needsFrom(let period):
      Diagnostic(
        code: "P002", "windows of \(period) are counted from 'from'", at: setting.everyPlace ?? setting.place,
        help: "say 'from'")
    case .offGrid(let time, let period, let fits):
      Diagnostic(
        code: "P002", "'\(time)' is not where \(period.article) \(period.noun) begins",
        at: place(of: time, in: setting),
        help: "the \(period.noun) begins on \(fits)")
    case .endsInside(let day, let period, let days, let times):
      Diagnostic(
        code: "P002", "'through: \(day)' is not the last day of \(period.article) \(period.noun)",
        at: setting.through?.place ?? setting.place,
        help: days.isEmpty
          ? times.map { "'to: \($0)'" }.joined(separator: " or ") + " would fit"
          : "\(period.article) \(period.noun) ends on " + days.map(\.description).joined(separator: " or "))
    case .tooMany(let limit):
      Diagnostic(
        code: "P003", "the window has more than \(limit) cells", at: setting.place,
        help: "choose a longer 'every' or a shorter time")
    }
  }

  private func place(of time: LocalTime, in setting: WindowSetting) -> SourcePlace {
    if let from = setting.from, from.value == time { return from.place }
    return setting.to?.place ?? setting.place
  }
}

extension Period {
  fileprivate var noun: String { if case .duration = self { "\(self) window" } else { description } }
  fileprivate var article: String { self == .hour ? "an" : "a" }
}

extension InexactWindow {
  func diagnostic(cell: WindowCell, dataset: String, _ setting: WindowSetting) -> Diagnostic {
    if case .length(let most) = reason { return tooLong(most, cell: cell, dataset: dataset, setting) }
    let units = "this service takes whole \(rule.unit.rawValue)s of zone \(rule.zone)"
    return Diagnostic(
      code: "P005",
      "'\(dataset)' cannot be asked for \(cell.label) in \(window.zone): "
        + "\(window.start) to \(window.end) is not made of whole \(rule.zone) \(rule.unit.rawValue)s",
      at: setting.place, help: fit(setting).map { "\(units): \($0) would fit" } ?? units)
  }

  private func tooLong(_ most: Duration, cell: WindowCell, dataset: String, _ setting: WindowSetting) -> Diagnostic {
    let shorter: [(period: Period, name: String)] = [
      (.month, "month"), (.week, "week"), (.day, "day"), (.hour, "hour"),
    ]
    let fit = shorter.first { fits($0.period, setting) }
    return Diagnostic(
      code: "P021",
      "'\(dataset)' cannot be asked for \(cell.label) at once: \(window.start) to \(window.end) is longer than "
        + DurationText.format(most), at: setting.everyPlace ?? setting.place,
      help: fit.map { "the service takes at most that: 'every: \($0.name)' would fit" }
        ?? "the service takes at most that: cut the window into shorter ones")
  }

  /// Windows of the period can be asked for.
  private func fits(_ period: Period, _ setting: WindowSetting) -> Bool {
    var changed = setting
    changed.every = period
    guard let cell = try? changed.currentCell(asOf: window.start) else { return false }
    return (try? rule.render(cell.window)) != nil
  }

  /// The smallest change of the window's words that gives windows the service can be asked for.
  private func fit(_ setting: WindowSetting) -> String? {
    let unit: (period: Period, name: String) =
      switch rule.unit {
      case .instant, .hour: (.hour, "hour")
      case .day: (.day, "day")
      case .month: (.month, "month")
      }
    let changes: [(zone: String?, every: Period?, words: String)] = [
      (rule.zone, nil, "'zone: \(rule.zone)'"),
      (nil, unit.period, "'every: \(unit.name)'"),
      (rule.zone, unit.period, "'every: \(unit.name)' with 'zone: \(rule.zone)'"),
    ]
    return changes.first { change in
      var changed = setting
      changed.zone = change.zone ?? setting.zone
      changed.every = change.every ?? setting.every
      guard let cell = try? changed.currentCell(asOf: window.start) else { return false }
      return (try? rule.render(cell.window)) != nil
    }?.words
  }
}

extension PlannedExport {
  /// Names of the settings that are not those of another export.
  func differences(from other: PlannedExport) -> [String] {
    let settings: [(name: String, isSame: Bool)] = [
      ("retry", retry == other.retry), ("timeouts", timeouts == other.timeouts), ("verify", verify == other.verify),
      ("priority", priority == other.priority), ("limits", limits == other.limits),
      ("max_failures", maxFailures == other.maxFailures), ("ripe_after", ripeAfter == other.ripeAfter),
      ("lookback", lookback == other.lookback), ("catch_up", catchUp == other.catchUp),
    ]
    return settings.filter { !$0.isSame }.map(\.name)
  }
}

extension Manifest {
  /// Windows that a change of the clock touches and that the service cannot be asked for: when they ripen, there is no
  /// plan. Warnings, the first window of an export each.
  /// - Parameter traits: by the manifest's service names.
  public func unsendable(_ changes: [ClockChanges], traits: [String: ServiceTraits]) -> DiagnosticList {
    DiagnosticList(
      changes.compactMap { change -> Diagnostic? in
        guard let export = exports.first(where: { $0.name.value == change.export }) else { return nil }
        let datasets = export.datasets.compactMap { traits[export.service.value]?.dataset(typed: $0.value) }
        for window in change.windows where !window.effects.contains(.leftOut) {
          for dataset in datasets where dataset.kind == .historical {
            guard let rule = dataset.window else { continue }
            do throws(InexactWindow) {
              _ = try rule.render(window.window)
            } catch {
              var problem = error.diagnostic(
                cell: WindowCell(window: window.window, label: window.label), dataset: dataset.name, export.window)
              problem.severity = .warning
              return problem
            }
          }
        }
        return nil
      })
  }
}
