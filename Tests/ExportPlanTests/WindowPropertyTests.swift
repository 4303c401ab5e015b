// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct WindowPropertyTests {
  static let zones = [
    "UTC", "Europe/Paris", "America/New_York", "America/Sao_Paulo", "America/St_Johns", "America/Havana",
    "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu", "Asia/Gaza", "Africa/Casablanca", "Africa/Cairo",
    "Antarctica/Troll", "Pacific/Apia", "Pacific/Kwajalein", "Asia/Manila",
  ]
  static let periods = [
    "hour", "day", "week", "month", "PT15M", "PT30M", "PT40M", "PT2H", "PT6H", "PT12H", "PT24H", "P1D", "P3D", "P1W",
    "P1M", "P1M3D", "P2M", "P1Y", "PT5H", "PT7M", "P1DT12H", "P1MT1H",
  ]

  @Test(arguments: UInt64(1)...400) func `cells meet, lie in order and have names in order`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let setting = try Self.setting(using: &random)
    let start = setting.from?.value ?? LocalTime(seconds: 0)

    let cells = try setting.cells(asOf: Instant(seconds: start.seconds + Self.span(setting.every)))

    let told = "seed \(seed): \(setting.every) from \(start) in \(setting.zone), \(setting.gap), \(setting.fold)"
    for (cell, next) in zip(cells, cells.dropFirst()) {
      let meets =
        setting.gap == .shift ? cell.window.end == next.window.start : cell.window.end <= next.window.start
      #expect(meets, "\(told): \(cell.label) and \(next.label)")
      #expect(cell.label < next.label, "\(told)")
    }
    #expect(cells.allSatisfy { $0.window.start < $0.window.end }, "\(told)")
    #expect(cells.count > 2, "\(told)")
    // A cell is the same whichever way it is come by.
    for cell in cells.prefix(40) {
      let middle = Instant(milliseconds: (cell.window.start.milliseconds + cell.window.end.milliseconds) / 2)
      for instant in [cell.window.start, middle, cell.window.end.advanced(by: .milliseconds(-1))] {
        #expect(try setting.currentCell(asOf: instant) == cell, "\(told)")
      }
    }
  }

  @Test(arguments: UInt64(1)...100) func `what is left out for a gap is all that is missing`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var setting = try Self.setting(using: &random)
    let asOf = Instant(seconds: (setting.from?.value.seconds ?? 0) + Self.span(setting.every))
    setting.gap = .shift
    let shifted = try setting.cells(asOf: asOf)
    setting.gap = .skip
    let skipped = try setting.cells(asOf: asOf)

    #expect(Set(skipped).isSubset(of: Set(shifted)), "seed \(seed)")
    for cell in Set(shifted).subtracting(skipped) {
      #expect(try setting.currentCell(asOf: cell.window.start) == nil, "seed \(seed): \(cell)")
    }
  }

  /// A beginning on the grid, from 1905 to 2035, anywhere for what is counted from it.
  private static func setting(using random: inout SplitMix64) throws -> WindowSetting {
    let zone = zones.randomElement(using: &random) ?? "UTC"
    let every = try Sample.period(periods.randomElement(using: &random) ?? "day")
    let day = CivilDate(dayNumber: Int.random(in: -23_741...23_741, using: &random))
    let time: LocalTime
    switch every.grid(isAnchored: true) {
    case .weeks: time = LocalTime(day.adding(days: 1 - day.weekday))
    case .months: time = LocalTime(day.firstOfMonth())
    case .calendar, .elapsed: time = LocalTime(day, secondOfDay: Int.random(in: 0..<1440, using: &random) * 60)
    default: time = LocalTime(day)
    }
    return WindowSetting(
      every: every, from: Sample.located(time), zone: zone,
      gap: WindowSetting.Gap.allCases.randomElement(using: &random) ?? .shift,
      fold: WindowSetting.Fold.allCases.randomElement(using: &random) ?? .first, place: Sample.place)
  }

  /// Seconds that hold a few hundred cells, and for hours and their parts a change of the clock if there is one.
  private static func span(_ period: Period) -> Int64 {
    switch period.grid(isAnchored: true) {
    case .clock, .elapsed: 30 * 86_400
    case .days: 400 * 86_400
    default: 3000 * 86_400
    }
  }
}
