// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// The instants at which a service begins to count anew: once a day, at a time that a zone's clock shows.
struct DailyReset: Sendable {
  private let second: Int
  private let calendar: ZoneCalendar

  /// `nil` for a zone that nobody knows: the description was refused for it.
  init?(_ reset: StartLimit.Reset) {
    guard let calendar = ZoneCalendar(reset.zone) else { return nil }
    (second, self.calendar) = (reset.minute * 60, calendar)
  }

  /// The latest at or before `now`.
  func last(until now: Instant) -> Instant { near(now).last { $0 <= now } ?? now }

  /// The first after `now`.
  func next(after now: Instant) -> Instant { near(now).first { $0 > now } ?? now.advanced(by: .seconds(86_400)) }

  /// Those of the days around an instant, ascending.
  private func near(_ now: Instant) -> [Instant] {
    let day = calendar.day(of: now)
    return (-2...2).map { calendar.instant(of: LocalTime(day.adding(days: $0), secondOfDay: second)) }
  }
}
