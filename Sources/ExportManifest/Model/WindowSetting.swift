// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `window:` of an export: a grid of cells, and which of them.
public struct WindowSetting: Sendable {
  public enum Period: String, Sendable, Equatable, CaseIterable { case day, week, month }

  public var every: Period
  /// The first day, in the zone.
  public var from: Located<CivilDate>?
  /// The last day, inclusive.
  public var through: Located<CivilDate>?
  /// The day after the last, exclusive.
  public var to: Located<CivilDate>?
  /// Ripe cells that begin no longer than this before the end of the newest ripe one.
  public var last: Located<Duration>?
  /// An IANA name that the program knows.
  public var zone: String
  /// How long after its end a window is kept back, so that late data settle; 0 s unless said.
  public var ripeAfter: Duration
  public var place: SourcePlace
  /// Where `zone:` was written.
  public var zonePlace: SourcePlace?
  /// False when the window could not be read: that was told, and nothing more is said of it.
  public var isKnown = true

  public init(
    every: Period, from: Located<CivilDate>? = nil, through: Located<CivilDate>? = nil,
    to: Located<CivilDate>? = nil, last: Located<Duration>? = nil, zone: String = "UTC",
    ripeAfter: Duration = .zero, place: SourcePlace
  ) {
    (self.every, self.from, self.through, self.to, self.last) = (every, from, through, to, last)
    (self.zone, self.ripeAfter, self.place) = (zone, ripeAfter, place)
  }
}
