// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// What a service has and bears, for people.
enum GaugeText {
  /// Columns of a bar.
  private static let cells = 16

  /// `█` is a live task, `░` room for one, `·` what the service does not bear at present.
  static func bar(_ gauge: ServiceGauge) -> String {
    guard gauge.most > 0 else { return "" }
    let width = min(cells, gauge.most)
    func part(_ count: Int) -> Int { min(width, (width * count + gauge.most - 1) / gauge.most) }
    let active = part(gauge.active)
    let limit = max(active, part(gauge.limit))
    return String(repeating: "█", count: active) + String(repeating: "░", count: limit - active)
      + String(repeating: "·", count: width - limit)
  }

  /// `4 of 8 live (limit 32)`: what it bears at present, and the plan's limit where that is more.
  static func words(_ gauge: ServiceGauge) -> String {
    "\(gauge.active) of \(gauge.limit) live" + (gauge.limit < gauge.most ? " (limit \(gauge.most))" : "")
  }

  /// What keeps requests from a service.
  static func notes(_ gauge: ServiceGauge, in outlook: Outlook, at now: Instant) -> [String] {
    var notes: [String] = []
    if let since = outlook.unanswered[gauge.service] { notes.append("no answer since \(time(since, now))") }
    if let until = outlook.paused[gauge.service], until > now { notes.append("paused until \(time(until, now))") }
    if let until = outlook.spent[gauge.service], until > now { notes.append("no more tasks until \(time(until, now))") }
    if gauge.isThrottled, notes.isEmpty { notes.append("throttled") }
    return notes
  }

  /// `14:02:03Z`, and of another day than today's with the day.
  static func time(_ instant: Instant, _ now: Instant) -> String {
    let second = Instant(seconds: instant.seconds).description
    return instant.day == now.day ? String(second.dropFirst(11)) : second
  }
}
