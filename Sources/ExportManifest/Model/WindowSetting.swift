// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `window:` of an export: a grid of cells, and which of them.
public struct WindowSetting: Sendable {
  /// What becomes of a cell that begins at a local time which the zone's clock leaves out.
  public enum Gap: String, Sendable, Equatable, CaseIterable {
    /// It begins at the first instant after the gap.
    case shift
    /// It is left out.
    case skip
  }

  /// Where a cell begins whose local time comes twice. Hours and parts of an hour begin at both.
  public enum Fold: String, Sendable, Equatable, CaseIterable { case first, second }

  public var every: Period
  /// Where the first cell begins, in the zone.
  public var from: Located<LocalTime>?
  /// The last day, inclusive.
  public var through: Located<CivilDate>?
  /// Where the last cell ends, exclusive.
  public var to: Located<LocalTime>?
  /// Ripe cells that begin no longer than this before the end of the newest ripe one.
  public var last: Located<Duration>?
  /// An IANA name that the program knows.
  public var zone: String
  public var gap: Gap
  public var fold: Fold
  /// How long after its end a window is kept back, so that late data settle; 0 s unless said.
  public var ripeAfter: Duration
  /// How many of the newest ripe windows are taken again, each once for every window that ripens after it.
  public var lookback: Located<Int>?
  /// How many of the newest ripe windows a run makes good; `nil`: all.
  public var catchUp: Located<Int>?
  public var place: SourcePlace
  /// Where `zone:` was written.
  public var zonePlace: SourcePlace?
  /// Where `every:` was written.
  public var everyPlace: SourcePlace?
  /// False when the window could not be read: that was told, and nothing more is said of it.
  public var isKnown = true
  /// A bound was given and could not be read: that was told, and no bound is missed.
  public var hasUnreadBound = false

  public init(
    every: Period, from: Located<LocalTime>? = nil, through: Located<CivilDate>? = nil,
    to: Located<LocalTime>? = nil, last: Located<Duration>? = nil, zone: String = "UTC", gap: Gap = .shift,
    fold: Fold = .first, ripeAfter: Duration = .zero, place: SourcePlace
  ) {
    (self.every, self.from, self.through, self.to, self.last) = (every, from, through, to, last)
    (self.zone, self.gap, self.fold, self.ripeAfter, self.place) = (zone, gap, fold, ripeAfter, place)
  }
}
