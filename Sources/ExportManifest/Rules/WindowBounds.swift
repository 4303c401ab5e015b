// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Bounds of windows make sense together.
struct WindowBounds: ManifestRule {
  static let code = "M108"
  static let title = "bounds of a window that do not fit together"
  static let explanation =
    """
    A window has a beginning ('from') with an end ('through' or 'to') or without, or 'last'. Snapshots have no past: \
    they take none, save the 'from' that the cells of a duration such as P10D are counted from.
    """
  static let fix = "Say where the window begins and ends once each, in this order; leave the bounds out for snapshots."
  static let example = DiagnosticCode.Example(
    ExampleText.history(window: "window: {every: day, from: 2016-01-31, through: 2016-01-01}"),
    fixed: ExampleText.history(window: "window: {every: day, from: 2016-01-01, through: 2016-01-31}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for export in input.manifest.exports where export.window.isKnown {
      let window = export.window
      bounds(window, &problems)
      let kinds = Set(export.datasets.compactMap { input.dataset($0, of: export)?.kind })
      let isBounded = window.from != nil || window.last != nil || window.hasUnreadBound
      if window.every.needsFrom, window.from == nil {
        tell(
          &problems, "windows of \(window.every) are counted from 'from', and '\(export.name.value)' has none",
          at: window.everyPlace ?? window.place, help: "say 'from'")
      } else if kinds.contains(.historical), !isBounded {
        tell(
          &problems, "the window of '\(export.name.value)' has no beginning", at: window.place,
          help: "say 'from' or 'last'")
      }
      if kinds == [.snapshot],
        let place = (window.every.needsFrom ? nil : window.from?.place) ?? window.last?.place ?? window.to?.place
          ?? window.through?.place
      {
        tell(&problems, "a snapshot has no past", at: place, help: "leave out 'from', 'through', 'to' and 'last'")
      }
      if kinds == [.snapshot], let place = window.lookback?.place ?? window.catchUp?.place {
        tell(&problems, "a snapshot has no past", at: place, help: "leave out 'lookback' and 'catch_up'")
      }
    }
  }

  private func bounds(_ window: WindowSetting, _ problems: inout DiagnosticList) {
    if let last = window.last, let other = window.from?.place ?? window.through?.place ?? window.to?.place {
      tell(&problems, "'last' does not go with 'from', 'through' or 'to'", at: max(last.place, other))
    }
    if let through = window.through, let to = window.to {
      tell(
        &problems, "'through' and 'to' both say where the window ends", at: max(through.place, to.place),
        help: "'through' is the last day, 'to' the day after it")
    }
    guard let from = window.from else { return }
    if let through = window.through, through.value < from.value.day {
      tell(&problems, "the window ends on \(through.value), before it begins on \(from.value)", at: through.place)
    }
    if let to = window.to, to.value <= from.value {
      let message =
        to.value == from.value
        ? "the window ends where it begins, at \(to.value)"
        : "the window ends at \(to.value), before it begins at \(from.value)"
      tell(&problems, message, at: to.place, help: to.value == from.value ? "'to' is the first time after it" : nil)
    }
  }

  /// The later of two places in one file.
  private func max(_ a: SourcePlace, _ b: SourcePlace) -> SourcePlace {
    (a.line, a.column) < (b.line, b.column) ? b : a
  }
}
