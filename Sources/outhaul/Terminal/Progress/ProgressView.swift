// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// The live view of a run: lines that fit a terminal, what matters most first. Pure.
enum ProgressView {
  /// A smaller terminal gets one line.
  private static let heightLeast = 4
  private static let widthLeast = 20
  /// A higher view than this is not read.
  private static let rowsMost = 24

  /// - Returns: fewer lines than the terminal is high, or one; none wider than it.
  static func lines(
    _ model: ProgressModel, width: Int, height: Int, at now: Instant, isColoured: Bool = false
  ) -> [String] {
    guard model.due > 0, width > 0, height > 0 else { return [] }
    guard width >= widthLeast, height >= heightLeast else { return [smallest(model, width)] }
    let rows = min(height - 1, rowsMost)
    var lines = [overall(model, width, now), counts(model)]
    lines += fitted(services(model, now), rows: max(1, (rows - lines.count) / 2), noun: "service")
    let rest = rows - lines.count
    let bad = model.bad.prefix(min(5, max(1, rest / 3)))
    let running = model.longest(max(0, min(12, rest - bad.count)))
    lines += running.map { open in
      StyledText("  running \(padded(age(open.since, now), to: 6))  \(open.title)")
    }
    lines += bad.map { change in
      var line = StyledText("  \(change.kind.rawValue) ", change.kind == .skipped ? .yellow : .red)
      line.append(
        "\(padded(age(change.at, now), to: 13 - change.kind.rawValue.count))  \(change.title): \(change.words)")
      return line
    }
    return lines.prefix(rows).map { $0.rendered(width: width, isColoured: isColoured) }
  }

  // MARK: Lines

  /// The longest of what fits a line of a terminal that is too small for more.
  private static func smallest(_ model: ProgressModel, _ width: Int) -> String {
    let (verified, due) = (model.count(.verified), model.due)
    let bad = model.count(.failed, .abandoned)
    let forms = [
      "\(verified)/\(due) verified" + (bad > 0 ? ", \(bad) failed" : ""), "\(verified)/\(due)",
      "\(100 * verified / due)%", "\(100 * verified / due)",
    ]
    return forms.first { $0.count <= width } ?? ""
  }

  /// `████░░░░ 3/8 verified · 37 % · about 2m left, until 14:05Z · 1:12`.
  private static func overall(_ model: ProgressModel, _ width: Int, _ now: Instant) -> StyledText {
    let verified = model.count(.verified)
    let cells = width >= 100 ? 40 : width >= 60 ? 20 : 8
    var line = ProgressBar.of(verified, bad: model.done - verified, all: model.due, cells: cells)
    line.append(" \(verified)/\(model.due)", .bold)
    line.append(width < 40 ? " · \(100 * verified / model.due) %" : " verified · \(100 * verified / model.due) %")
    if let left = model.left(at: now) { line.append(" · \(left.words(at: now))") }
    if let started = model.header?.started { line.append(" · \(clock(started.duration(to: now)))") }
    return line
  }

  private static func counts(_ model: ProgressModel) -> StyledText {
    var line = StyledText("  ")
    let words: [(Int, String, StyledText.Style?)] = [
      (model.working(.submitting, .submitted, .running), "at the service", nil),
      (model.working(.succeeded, .verifying), "verifying", nil), (model.count(.split), "in parts", nil),
      (model.count(.failed), "failed", .red), (model.count(.abandoned), "abandoned", .red),
      (model.count(.skipped), "skipped", .yellow), (model.count(.cancelled), "cancelled", .yellow),
      (model.count(.ready) + (model.dueStates[.waiting] ?? 0) + model.count(.planned), "to come", nil),
    ]
    for (index, (count, word, style)) in words.filter({ $0.0 > 0 }).enumerated() {
      line.append((index == 0 ? "" : " · "))
      line.append("\(count) \(word)", style)
    }
    return line
  }

  private static func services(_ model: ProgressModel, _ now: Instant) -> [StyledText] {
    guard let outlook = model.outlook else { return [] }
    let name = outlook.gauges.map { TerminalWidth.columns(of: $0.service) }.max() ?? 0
    return outlook.gauges.map { gauge in
      var line = StyledText("  \(gauge.service)\(blanks(name - TerminalWidth.columns(of: gauge.service)))  ")
      line.append(GaugeText.bar(gauge))
      line.append(" \(GaugeText.words(gauge))")
      for note in GaugeText.notes(gauge, in: outlook, at: now) { line.append(" · \(note)", .yellow) }
      if gauge.ready > 0 { line.append(" · \(gauge.ready) ready") }
      return line
    }
  }

  /// What there is no room for is counted.
  private static func fitted(_ lines: [StyledText], rows: Int, noun: String) -> [StyledText] {
    guard lines.count > rows else { return lines }
    let kept = lines.prefix(rows - 1)
    return kept + [StyledText("  and \(Count.words(lines.count - kept.count, noun)) more")]
  }

  // MARK: Words

  private static func age(_ since: Instant, _ now: Instant) -> String {
    let seconds = max(0, since.duration(to: now).components.seconds)
    // Minutes are enough once there is an hour.
    return DurationText.format(.seconds(seconds < 3600 ? seconds : seconds / 60 * 60))
  }

  /// `1:12`, `1:01:12`.
  private static func clock(_ passed: Duration) -> String {
    let seconds = max(0, passed.components.seconds)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return seconds < 3600 ? "\(seconds / 60):\(two(seconds % 60))" : "\(seconds / 3600):\(minutes)"
  }

  private static func padded(_ text: String, to width: Int) -> String { blanks(width - text.count) + text }
  private static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
