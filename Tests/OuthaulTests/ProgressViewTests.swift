// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportTesting
import Testing

@testable import outhaul

/// The live view as text, for terminals of several sizes.
@Suite struct ProgressViewTests {
  private func view(_ width: Int, _ height: Int, _ model: ProgressModel = ProgressSample.midway()) -> [String] {
    ProgressView.lines(model, width: width, height: height, at: ProgressSample.at(61))
  }

  @Test func `eighty columns show the whole, the service, what runs longest and what failed`() {
    #expect(
      view(80, 24) == [
        "██████x░░░░░░░░░░░░░ 4/12 verified · 33 % · about 2m left, until 15:09Z · 1:01",
        "  2 at the service · 1 failed · 5 to come",
        "  engagement  ██░░···· 2 of 4 live (limit 8) · paused until 15:07:55Z · 5 ready",
        "  running    41s  snapshots/märkte-東京/push/2016-11-24",
        "  running    16s  history/märkte-東京/event/2016-11-20",
        "  failed     11s  snapshots/märkte-東京/tag/2016-11-24: no room at the service",
      ])
  }

  @Test(arguments: [(20, 5), (80, 24), (200, 60), (1, 1), (7, 3), (40, 4), (19, 60)])
  func `no line is wider than the terminal, and one row is left free`(width: Int, height: Int) {
    let lines = view(width, height)

    #expect(!lines.isEmpty && lines.count <= max(1, height - 1))
    for line in lines { #expect(TerminalWidth.columns(of: line) <= width, "\(line)") }
  }

  @Test func `the smallest terminals get what fits`() {
    #expect(view(1, 1) == [""])
    #expect(view(2, 1) == ["33"])
    #expect(view(4, 9) == ["4/12"])
    #expect(view(19, 60) == ["4/12"])
    #expect(view(80, 1) == ["4/12 verified, 1 failed"])
  }

  @Test func `a run that has nothing to do has no view`() {
    let plan = Plan.sample()
    var model = ProgressModel(plan)
    var header = ProgressSample.header(plan)
    header.dues = plan.jobs.map { _ in .alreadyExported }
    _ = model.take(.began(header))

    #expect(view(80, 24, model) == [])
  }

  @Test func `many services are counted, and jobs keep their room`() {
    var model = ProgressSample.midway()
    let gauges = (1...30).map { ServiceGauge(service: "s\($0)", active: 1, limit: 8, most: 8) }
    _ = model.take(.waits(Outlook(at: ProgressSample.at(61), gauges: gauges)))

    let lines = view(80, 12, model)

    #expect(lines.count <= 11)
    #expect(lines.contains("  and 27 services more"))
    #expect(lines.contains { $0.hasPrefix("  running") } && lines.contains { $0.hasPrefix("  failed") })
  }

  @Test func `colours change nothing of the text`() {
    let model = ProgressSample.midway()
    let plain = ProgressView.lines(model, width: 80, height: 24, at: ProgressSample.at(61))

    let coloured = ProgressView.lines(model, width: 80, height: 24, at: ProgressSample.at(61), isColoured: true)

    #expect(coloured != plain)
    #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9]+m/#, with: "") } == plain)
  }

  @Test(
    arguments: [
      (ColourChoice.auto, true, [:], true), (.auto, false, [:], false), (.auto, true, ["NO_COLOR": "1"], false),
      (.auto, true, ["NO_COLOR": ""], true), (.auto, true, ["TERM": "dumb"], false),
      (.always, false, ["NO_COLOR": "1"], true),
      (.never, true, [:], false),
    ] as [(ColourChoice, Bool, [String: String], Bool)])
  func `colours are for terminals, unless something else is said`(
    choice: ColourChoice, isTerminal: Bool, environment: [String: String], isColoured: Bool
  ) {
    #expect(choice.isColoured(onTerminal: isTerminal, environment) == isColoured)
  }

  @Test func `what a name holds moves no cursor`() {
    let line = StyledText("a\u{1B}[2Jb\tc\u{7}")

    #expect(line.rendered(width: 80, isColoured: false) == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}")
  }

  @Test(arguments: [
    ("東京東京", 8, "東京東京"), ("東京東京", 7, "東京東…"), ("東京東京", 6, "東京…"), ("東京東京", 2, "…"), ("abc", 1, "…"),
    ("e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}e\u{301}"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ("abc", 0, ""),
  ])
  func `wide and combining characters are cut whole`(text: String, width: Int, shown: String) {
    #expect(StyledText(text).rendered(width: width, isColoured: false) == shown)
  }
}
