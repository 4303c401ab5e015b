// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// A window that a change of its zone's clock touches.
public struct ClockChange: Sendable, Equatable {
  public enum Effect: String, Sendable, Equatable, CaseIterable {
    case shorter, longer
    case startsInGap = "starts-in-gap"
    case startsInFold = "starts-in-fold"
    /// It starts in a gap, and such windows are not asked for.
    case leftOut = "left-out"
  }

  public var label: String
  public var window: Window
  public var effects: [Effect]

  public init(label: String, window: Window, effects: [Effect]) {
    (self.label, self.window, self.effects) = (label, window, effects)
  }

  /// The length.
  public var hours: Double { window.start.duration(to: window.end).inSeconds / 3600 }
}

/// The windows of an export that changes of the clock touch in twelve months.
public struct ClockChanges: Sendable, Equatable {
  public var export: String
  public var zone: String
  /// Oldest first.
  public var windows: [ClockChange]

  public init(export: String, zone: String, windows: [ClockChange]) {
    (self.export, self.zone, self.windows) = (export, zone, windows)
  }
}

extension Manifest {
  /// By export, in the manifest's order; only exports that have such windows in the twelve months after `asOf`.
  public func clockChanges(asOf: Instant) -> [ClockChanges] {
    exports.compactMap { export in
      // Bounds that cannot be cut are told by the planner.
      guard let windows = try? export.window.clockChanges(asOf: asOf), !windows.isEmpty else { return nil }
      return ClockChanges(export: export.name.value, zone: export.window.zone, windows: windows)
    }
  }
}

extension WindowSetting {
  /// The windows between the bounds that changes of the clock touch in the twelve months after `asOf`, oldest first.
  public func clockChanges(asOf: Instant) throws(WindowProblem) -> [ClockChange] {
    let grid = try grid()
    let begin = try beginning(grid)
    let end = try ending(grid)
    let until = grid.calendar.start(of: grid.calendar.day(of: asOf).adding(months: 12))
    var changes: [ClockChange] = []
    for transition in grid.calendar.transitions(from: asOf, to: until) {
      for change in grid.changes(by: transition) {
        let start = change.window.start
        // A month may hold two changes.
        if let last = changes.last, start <= last.window.start { continue }
        if let begin, start < begin { continue }
        if let end, start >= end { continue }
        changes.append(change)
      }
    }
    return changes
  }
}

extension WindowGrid {
  fileprivate func changes(by transition: ZoneTransition) -> [ClockChange] {
    let reach = abs(transition.after - transition.before)
    let lower = Instant(seconds: transition.second - reach)
    let upper = Instant(seconds: transition.second + reach)
    let cuts = cuts(around: lower, upper)
    return zip(cuts, cuts.dropFirst()).compactMap { cut, next in
      guard cut.instant < upper, lower < next.instant else { return nil }
      let effects = effects(cut, next)
      guard !effects.isEmpty else { return nil }
      return ClockChange(label: label(cut, before: next), window: window(cut, to: next), effects: effects)
    }
  }

  private func effects(_ cut: WindowCut, _ next: WindowCut) -> [ClockChange.Effect] {
    var effects: [ClockChange.Effect] = []
    let length = next.instant.seconds - cut.instant.seconds
    let usual = usualLength(cut)
    if length < usual { effects.append(.shorter) }
    if length > usual { effects.append(.longer) }
    if cut.place == .gap { effects.append(gap == .skip ? .leftOut : .startsInGap) }
    if cut.place == .fold { effects.append(.startsInFold) }
    return effects
  }

  /// The seconds from the cell's local time to the next cell's.
  private func usualLength(_ cut: WindowCut) -> Int64 {
    if case .elapsed(let seconds) = form { return Int64(seconds) }
    let index = self.index(at: cut.local)
    return local(index + 1).seconds - local(index).seconds
  }
}
