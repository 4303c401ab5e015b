// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportTesting
import Testing

@testable import outhaul

/// What is said line by line, in words and for machines.
@Suite struct ProgressLineTests {
  /// All that a run of so many jobs says, of which ten come to their end in each second.
  private func said(jobs: Int, failing: Bool = false) -> [String] {
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: jobs)
    var (model, plain) = (ProgressSample.begun(plan), PlainProgress())
    var lines = plain.begin(ProgressSample.header(plan), due: model.due, at: ProgressSample.start)
    for (index, key) in plan.jobs.keys.enumerated() {
      let second = 10 + index / 10
      let events =
        failing
        ? ProgressSample.failed(key, "no room", at: second) : ProgressSample.verified(key, at: second)
      for change in model.take(.happened(events)) {
        lines += plain.lines(for: change, model, at: ProgressSample.at(second))
      }
      lines += plain.beat(model, at: ProgressSample.at(second))
    }
    return lines
  }

  @Test func `every good job of a small run has its line`() {
    #expect(
      said(jobs: 2) == [
        "run r-1: 2 of 2 jobs due", "verified history/a/event/2016-11-22: 3 rows, 40 bytes",
        "verified history/a/event/2016-11-23: 3 rows, 40 bytes",
      ])
  }

  @Test func `good jobs of a large run are summed up by the hundredth`() {
    let lines = said(jobs: 10_000)

    #expect(lines.count == 101)
    #expect(lines[1] == "100 of 10000 jobs done: 100 verified")
    #expect(lines[2] == "200 of 10000 jobs done: 200 verified; about 24m left, until 15:31Z")
    #expect(lines.last == "10000 of 10000 jobs done: 10000 verified")
  }

  @Test func `a run whose every job fails has a log that can be read`() {
    let lines = said(jobs: 3000, failing: true)

    #expect(lines.count { $0.hasPrefix("failed ") } == LineLimit.most)
    #expect(
      lines.contains(
        "200 lines of 'failed' were printed: further ones are counted; the report has them all"))
    // The beginning, two kinds of lines with a remark each, and a sign of life every minute.
    #expect(lines.count == 1 + 2 * (LineLimit.most + 1) + 4)
  }

  @Test func `when nothing was said for a minute, a line tells how it stands`() {
    let model = ProgressSample.midway()
    var plain = PlainProgress()
    _ = plain.begin(ProgressSample.header(model.plan), due: model.due, at: ProgressSample.start)

    let early = plain.beat(model, at: ProgressSample.at(59))
    let late = plain.beat(model, at: ProgressSample.at(60))
    let again = plain.beat(model, at: ProgressSample.at(61))

    #expect(early == [] && again == [])
    #expect(
      late == [
        "5 of 12 jobs done: 4 verified, 1 failed, 2 at the service; about 2m left, until 15:09Z; "
          + "engagement: paused until 15:07:55Z"
      ])
  }

  @Test func `lines for machines are valid by the schema, one of each kind`() async throws {
    let model = ProgressSample.midway()
    let header = ProgressSample.header(model.plan)
    var fresh = ProgressSample.begun(model.plan)
    let keys = model.plan.jobs.keys
    let changes = fresh.take(
      .happened(ProgressSample.verified(keys[0], at: 3) + ProgressSample.failed(keys[1], "no", at: 4)))
    let lines =
      [
        ProgressJSON.began(header, due: 12),
        ProgressJSON.notice("'engagement' answers again", at: ProgressSample.at(1)),
        ProgressJSON.heartbeat(model, at: ProgressSample.at(60)),
        ProgressJSON.heartbeat(fresh, at: ProgressSample.at(9)),
        ProgressJSON.ended(.incomplete, model, at: ProgressSample.at(90)),
      ] + changes.map(ProgressJSON.change)

    let problems = try await SchemaValidator.problems(lines.map { ("progress", $0) })

    #expect(changes.map(\.kind) == [.verified, .attemptFailed, .failed])
    #expect(problems.compactMap(\.self) == [])
    #expect(lines[2]["services"]?.array?.first?["paused_until"] == "2016-11-24T15:07:55Z")
    #expect(lines[2]["ends"]?["basis"] == "run")
    #expect(lines.last?["failure"]?["request_id"] == "r-9")
  }

  @Test(
    arguments: [
      (nil, true, "xterm", ProgressMode.live), (nil, true, "dumb", .plain), (nil, true, nil, .plain),
      (nil, false, "xterm", .plain),
      (.live, true, "xterm", .live), (.live, false, "xterm", .plain), (.live, true, "dumb", .plain),
      (.plain, true, "xterm", .plain), (.json, true, "xterm", .json), (ProgressMode.none, true, "xterm", .none),
    ] as [(ProgressMode?, Bool, String?, ProgressMode)])
  func `a view is shown only where one can be`(
    wanted: ProgressMode?, isTerminal: Bool, kind: String?, mode: ProgressMode
  ) {
    #expect(ProgressMode(wanted, isTerminal: isTerminal, kind: kind) == mode)
  }

  // MARK: The terminal

  @Test func `a view is written over from its beginning, and leaves nothing`() {
    var screen = TerminalScreen()

    let first = screen.show(["one", "two"])
    let second = screen.show(["three"])
    let line = screen.clear()
    let end = screen.end()

    #expect(first == "\u{1B}[?25l\u{1B}[?7l\r\u{1B}[Jone\r\ntwo\u{1B}[?7h\u{1B}[1A\r")
    #expect(second == "\u{1B}[?7l\r\u{1B}[Jthree\u{1B}[?7h\r")
    #expect(line == "\r\u{1B}[J" && end == "\u{1B}[?25h")
    #expect(screen.end() == "" && screen.clear() == "")
    // Until the program ends there may be another.
    #expect(screen.show(["four"]).hasSuffix("four\u{1B}[?7h\r"))
    #expect(screen.close() == "\r\u{1B}[J\u{1B}[?25h" && screen.show(["five"]) == "")
  }
}
