// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// One cell of a grid: the window, and its name.
public struct WindowCell: Sendable, Hashable {
  public var window: Window
  /// `2016-01-31`, `2016-W05` (ISO 8601 week), `2016-01`, or for cells that are not whole days the start in UTC,
  /// `2016-01-31T13Z` or `2016-01-31T1330Z`: sorts by time and is a good file name.
  public var label: String

  /// The day that the window begins on, in its own zone.
  public var firstDay: CivilDate { ZoneCalendar(window.zone)?.day(of: window.start) ?? window.start.day }
}

/// The endless row of cells of one period in one zone. Neighbours meet; only a cell that starts in a gap of the
/// clock may be left out.
public struct WindowGrid: Sendable {
  let period: Period
  let form: PeriodGrid
  public let calendar: ZoneCalendar
  let gap: WindowSetting.Gap
  let fold: WindowSetting.Fold
  /// What the cells are counted from, where the period says so.
  let anchor: LocalTime

  /// `nil` when the window's period is counted from a `from` that it does not have.
  init?(_ setting: WindowSetting, _ calendar: ZoneCalendar) {
    guard let form = setting.every.grid(isAnchored: setting.from != nil) else { return nil }
    (period, self.form, self.calendar) = (setting.every, form, calendar)
    (gap, fold) = (setting.gap, setting.fold)
    anchor = setting.from?.value ?? LocalTime(seconds: 0)
  }

  /// The cell that `instant` lies in; `nil` when that is left out because it starts in a gap.
  public func cell(containing instant: Instant) -> WindowCell? {
    let cuts = cuts(around: instant, instant)
    guard let index = cuts.lastIndex(where: { $0.instant <= instant }), index + 1 < cuts.count else { return nil }
    return cell(cuts[index], to: cuts[index + 1])
  }

  /// Where the cell begins that `instant` lies in, left out or not.
  func start(containing instant: Instant) -> Instant {
    cuts(around: instant, instant).last { $0.instant <= instant }?.instant ?? instant
  }

  /// The cells that begin at or after `lower` and before `upper`, oldest first.
  public func cells(from lower: Instant, to upper: Instant) -> [WindowCell] {
    guard lower < upper else { return [] }
    let cuts = cuts(around: lower, upper)
    return zip(cuts, cuts.dropFirst()).compactMap { cut, next in
      lower <= cut.instant && cut.instant < upper ? cell(cut, to: next) : nil
    }
  }

  private func cell(_ cut: WindowCut, to next: WindowCut) -> WindowCell? {
    guard gap == .shift || cut.place != .gap else { return nil }
    return WindowCell(window: window(cut, to: next), label: label(cut, before: next))
  }

  func window(_ cut: WindowCut, to next: WindowCut) -> Window {
    Window(start: cut.instant, end: next.instant, zone: calendar.name)
  }

  /// Whole days are counted on the zone's calendar, so that seven days reach seven days back over a change of the clock.
  func instant(_ duration: Duration, before end: Instant) -> Instant {
    let milliseconds = duration.milliseconds
    guard milliseconds.isMultiple(of: 86_400_000) else { return end.advanced(by: .zero - duration) }
    let time = calendar.time(of: end)
    let day = time.day.adding(days: -Int(milliseconds / 86_400_000))
    return instant(of: LocalTime(day, secondOfDay: time.secondOfDay))
  }

  /// The instant that a local time of the manifest stands for: by the policies for gaps and folds.
  func instant(of time: LocalTime) -> Instant { cut(at: time).instant }
}
