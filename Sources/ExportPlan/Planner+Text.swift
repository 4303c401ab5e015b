// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

extension WindowProblem {
  func diagnostic(_ setting: WindowSetting) -> Diagnostic {
    switch self {
    case .unknownZone(let name):
      Diagnostic(
        code: "P001", "unknown time zone '\(name)'", at: setting.zonePlace ?? setting.place,
        help: "use a name such as Europe/Paris")
    case .offGrid(let day, let period, let fits):
      Diagnostic(
        code: "P002", "'\(day)' is not where a \(period.rawValue) begins", at: place(of: day, in: setting),
        help: "the \(period.rawValue) begins on \(fits)")
    case .tooMany(let limit):
      Diagnostic(
        code: "P003", "the window has more than \(limit) cells", at: setting.place,
        help: "choose a longer 'every' or a shorter time")
    }
  }

  private func place(of day: CivilDate, in setting: WindowSetting) -> SourcePlace {
    if let from = setting.from, from.value == day { return from.place }
    if let to = setting.to, to.value == day { return to.place }
    return setting.through?.place ?? setting.place
  }
}

extension InexactWindow {
  func diagnostic(cell: WindowCell, dataset: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      code: "P005",
      "'\(dataset)' cannot be asked for \(cell.label) in \(window.zone): "
        + "\(window.start) to \(window.end) is not made of whole \(rule.zone) \(rule.unit.rawValue)s",
      at: place, help: "this service takes whole \(rule.unit.rawValue)s of zone \(rule.zone)")
  }
}
