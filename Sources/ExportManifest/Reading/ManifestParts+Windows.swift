// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `window:` of an export.
extension ManifestParts {
  mutating func window(_ node: YAMLNode) -> WindowSetting? {
    guard var reader = MappingReader(node, "'window'", code: "M001", &problems) else { return nil }
    let everyNode = reader.required("every", &problems)
    let every = everyNode.flatMap { period($0) }
    var window = WindowSetting(every: every ?? .day, place: node.place)
    window.everyPlace = everyNode?.place
    let (from, through, to) = (reader.optional("from"), reader.optional("through"), reader.optional("to"))
    let last = reader.optional("last")
    window.from = from.flatMap { time($0, "'from'") }
    window.through = through.flatMap { day($0, "'through'") }
    window.to = to.flatMap { time($0, "'to'") }
    window.last = last.flatMap { node in duration(node, "'last'").map { Located($0, at: node.place) } }
    window.hasUnreadBound =
      (from != nil && window.from == nil) || (last != nil && window.last == nil)
      || (from == nil && last == nil && (reader.misspells("from") || reader.misspells("last")))
    if let node = reader.optional("zone"), let zone = text(node, "'zone'") {
      window.zone = zone
      window.zonePlace = node.place
    }
    if let node = reader.optional("gap"), let gap = choice(node, "gap", WindowSetting.Gap.self) { window.gap = gap }
    if let node = reader.optional("fold"), let fold = choice(node, "fold", WindowSetting.Fold.self) {
      window.fold = fold
    }
    if let node = reader.optional("ripe_after"), let delay = duration(node, "'ripe_after'") { window.ripeAfter = delay }
    window.lookback = reader.optional("lookback").flatMap { node in
      number(node, "'lookback'", in: 1...10_000).map { Located($0, at: node.place) }
    }
    window.catchUp = reader.optional("catch_up").flatMap { catchUp($0) }
    reader.finish(later: ManifestReader.later, &problems)
    return every == nil ? nil : window
  }

  /// `all`, `last` or a number.
  private mutating func catchUp(_ node: YAMLNode) -> Located<Int>? {
    switch node.text {
    case "all": return nil
    case "last": return Located(1, at: node.place)
    default:
      if let number = node.json.int, (1...1_000_000).contains(number) { return Located(Int(number), at: node.place) }
      add(
        "M007", "\(node.shown) is not a number for 'catch_up'", at: node.place,
        help: "write all, last or a number from 1 to 1000000")
      return nil
    }
  }

  /// `hour`, `day`, `week`, `month` or an ISO 8601 duration.
  private mutating func period(_ node: YAMLNode) -> Period? {
    let word = node.text ?? ""
    if let named = Period.named.first(where: { $0.name == word }) { return named.period }
    guard word.hasPrefix("P") || word.hasPrefix("-") else {
      let help = Suggestion.help(for: word, in: Period.named.map(\.name))
      add("M005", "unknown period \(node.shown)", at: node.place, help: help)
      return nil
    }
    do {
      return .duration(try PeriodDuration(word))
    } catch {
      let (found, help) = Self.words(for: error)
      add("M005", "the period '\(word)' \(found)", at: node.place, help: help)
      return nil
    }
  }

  private static func words(for problem: PeriodDuration.Problem) -> (found: String, help: String) {
    switch problem {
    case .malformed: ("is not an ISO 8601 duration of whole numbers", "write one such as PT6H, P10D, P2W, P3M or P1Y")
    case .negative: ("is negative", "leave out the '-'")
    case .zero: ("is no time at all", "write one such as PT6H, P10D, P2W, P3M or P1Y")
    case .tooLong: ("is longer than 100 years", "write P100Y or less")
    }
  }

  private mutating func time(_ node: YAMLNode, _ noun: String) -> Located<LocalTime>? {
    if let text = node.text, let time = LocalTime(text), time.day <= Self.lastDay {
      return Located(time, at: node.place)
    }
    add(
      "M016", "\(node.shown) is not a day for \(noun)", at: node.place,
      help: Self.dayHelp(node, "write yyyy-MM-dd or yyyy-MM-ddTHH:mm"))
    return nil
  }

  private mutating func day(_ node: YAMLNode, _ noun: String) -> Located<CivilDate>? {
    if let text = node.text, let day = CivilDate(text), day <= Self.lastDay { return Located(day, at: node.place) }
    add(
      "M016", "\(node.shown) is not a day for \(noun)", at: node.place,
      help: Self.dayHelp(node, "write yyyy-MM-dd"))
    return nil
  }

  /// Windows must end in a year of four digits.
  private static let lastDay = CivilDate(year: 9998, month: 12, day: 31) ?? CivilDate(dayNumber: 0)

  /// What is written like a day and is none, does not exist.
  private static func dayHelp(_ node: YAMLNode, _ form: String) -> String {
    if node.text?.hasPrefix("9999-") == true { return "9998-12-31 is the last day" }
    return node.text?.wholeMatch(of: #/\d{4}-\d{2}-\d{2}/#) == nil ? form : "there is no such day"
  }
}
