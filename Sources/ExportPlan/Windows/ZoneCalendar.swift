// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// The days of one time zone as instants. Rules come from the toolchain's own ICU data, not from the system.
public struct ZoneCalendar: Sendable {
  /// The name as the manifest has it.
  public let name: String
  private let zone: TimeZone

  /// `nil` for a name that is not in the zone data.
  public init?(_ name: String) {
    // Abbreviations and offsets are accepted by Foundation but are not names of zones.
    guard name == "UTC" || name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
    self.name = name
    self.zone = zone
  }

  /// The day that `instant` falls on.
  public func day(of instant: Instant) -> CivilDate {
    instant.advanced(by: .seconds(offset(at: instant))).day
  }

  /// The first instant of a day: midnight, or where midnight is skipped the first instant after it.
  /// Where midnight comes twice, the first.
  public func start(of day: CivilDate) -> Instant {
    guard name != "UTC" else { return Instant(startOf: day) }
    let local = Instant(startOf: day)
    // The offset that holds at the answer is one of those that hold within a day of it.
    let offsets = Set([-86_400, 0, 86_400].map { offset(at: local.advanced(by: .seconds($0))) })
    let candidates = offsets.map { local.advanced(by: .seconds(-$0)) }
    let exact = candidates.filter { offset(at: $0) == Int(local.seconds - $0.seconds) }
    if let first = exact.min() { return first }
    // Midnight is skipped: the change of offset is the first instant of the day.
    var low = (candidates.min() ?? local).advanced(by: .seconds(-86_400))
    var high = (candidates.max() ?? local).advanced(by: .seconds(86_400))
    while high.seconds - low.seconds > 1 {
      let middle = Instant(seconds: (low.seconds + high.seconds) / 2)
      if self.day(of: middle) < day { low = middle } else { high = middle }
    }
    return high
  }

  /// Seconds that local time is ahead of UTC.
  private func offset(at instant: Instant) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds)))
  }
}
