// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import ExportTesting
import Foundation
import Testing

@Suite struct JournalTests {
  private static let bad = Failure(.taskFailed, "no such table", requestID: "r-1")
  private static let part = JobPart(
    key: JournalSample.key("part"),
    window: Window(start: JournalSample.start, end: JournalSample.start.advanced(by: .seconds(3600)), zone: "UTC"),
    label: "2016-11-24T15", sent: SentWindow(start: "15", end: "16"))

  /// Everything that can happen to a job, in an order that makes no sense, so that every field gets a value.
  static let everything: [JournalEvent.Kind] = [
    .intent(attempt: 1), .submitted(attempt: 1, task: "t-1", requestID: "r"), .queued, .running,
    .taskFailed(attempt: 1, bad), .intent(attempt: 2), .refused(attempt: 2, bad), .intent(attempt: 3),
    .absent(attempt: 3),
    .intent(attempt: 4), .unknowable(attempt: 4), .intent(attempt: 5), .adopted(attempt: 5, task: "t-5"),
    .held(state: "Paused"), .setback(step: .poll, bad), .running, .succeeded(attempt: 5), .verifying(attempt: 5),
    .rejected(attempt: 5, bad), .intent(attempt: 6), .submitted(attempt: 6, task: "t-6", requestID: nil),
    .succeeded(attempt: 6), .verified(attempt: 6, JournalSample.good), .wanted(.artifactMissing),
    .intent(attempt: 7), .submitted(attempt: 7, task: "t-7", requestID: nil), .cancelled(attempt: 7),
    .skipped(because: JournalSample.key("other")), .abandoned(bad), .failed(bad), .split(attempt: 8, [part]),
  ]

  @Test func `what events say of a job survives a restart after each of them`() async throws {
    for count in 1...Self.everything.count {
      let sample = try JournalSample()
      let events = JournalSample.events(of: "job", Array(Self.everything.prefix(count)))

      try await sample.write { journal in
        try await journal.begin(JournalSample.header("run"))
        try await journal.append(events)
      }
      let kept = try await sample.write { try await $0.records(of: [JournalSample.key("job")]) }

      #expect(kept == JournalSample.fold(events), "after \(count) events")
    }
  }

  @Test func `one commit an event and one commit for all leave the same`() async throws {
    let together = try JournalSample()
    let apart = try JournalSample()
    let events = ["a", "b", "c"].flatMap { JournalSample.events(of: $0, Self.everything) }
      .sorted { ($0.at, $0.key) < ($1.at, $1.key) }
    let keys = Set(events.map(\.key))

    let once = try await together.write { journal in
      try await journal.begin(JournalSample.header("run"))
      try await journal.append(events)
      return (try await journal.records(of: keys), try await journal.events())
    }
    let each = try await apart.write { journal in
      try await journal.begin(JournalSample.header("run"))
      for event in events { try await journal.append([event]) }
      return (try await journal.records(of: keys), try await journal.events())
    }

    #expect(once.0 == each.0 && once.0 == JournalSample.fold(events))
    // What `verify` says is of no run.
    let ofRun = events.filter { $0.kind != .wanted(.artifactMissing) }
    #expect(ofRun.count < events.count && once.1 == ofRun && each.1 == ofRun)
  }

  @Test func `events are told of the present run only, and of each run by the ledger`() async throws {
    let sample = try JournalSample()
    let first = JournalSample.events(of: "a", [.intent(attempt: 1), .absent(attempt: 1)])
    let second = JournalSample.events(of: "a", [.intent(attempt: 2)])

    let present = try await sample.write { journal in
      for (id, events) in [("1", first), ("2", []), ("3", second)] {
        try await journal.begin(JournalSample.header(id))
        try await journal.append(events)
      }
      return try await journal.events()
    }
    let ledger = try Ledger(directory: sample.directory)
    let runs = try ledger.runs(limit: 10)

    #expect(present == second)
    #expect(runs.map(\.id) == ["3", "2", "1"])
    #expect(try runs.map { Array(try ledger.events(of: $0)) } == [second, [], first])
  }

  @Test func `a title is kept once it was given`() async throws {
    let sample = try JournalSample()
    let key = JournalSample.key("a")
    let events = JournalSample.events(
      of: "a", [.intent(attempt: 1), .submitted(attempt: 1, task: "t", requestID: nil)])

    try await sample.write { journal in
      try await journal.append([events[0]], titles: [key: "history/a/event/2016-11-24", JournalSample.key("b"): "b"])
      try await journal.append([events[1]], titles: [key: "another name"])
    }
    let task = try #require(try Ledger(directory: sample.directory).liveTasks().first)

    #expect(task.title == "history/a/event/2016-11-24")
    #expect(task.task == "t" && task.state == .submitted && task.attempt == 1 && task.key == key)
    #expect(task.intentAt == events[0].at && task.submittedAt == events[1].at && task.runningAt == nil)
  }

  @Test func `an event in the journal is the event of the report, byte for byte`() async throws {
    for kind in Self.everything {
      let text = kind.json.canonicalText

      #expect(JournalEvent.Kind(try JSONValue(parsing: text)) == kind, "\(text)")
    }
  }

  @Test func `the state file holds the canonical bytes of every event`() async throws {
    let sample = try JournalSample()

    try await sample.write { journal in
      try await journal.begin(JournalSample.header("run"))
      try await journal.append(JournalSample.events(of: "job", Self.everything))
    }

    #expect(try sample.texts("SELECT data FROM event ORDER BY seq") == Self.everything.map(\.json.canonicalText))
  }

  @Test func `jobs without number that are under way at once are each kept right`() async throws {
    let sample = try JournalSample()
    let names = (0..<5000).map { "job-\($0)" }
    func events(_ kind: JournalEvent.Kind, _ second: Int) -> [JournalEvent] {
      names.flatMap { JournalSample.events(of: $0, from: second, [kind]) }
    }
    let steps = [
      events(.intent(attempt: 1), 0), events(.submitted(attempt: 1, task: "t", requestID: nil), 1), events(.running, 2),
      events(.failed(Self.bad), 3),
    ]

    let kept = try await sample.write { journal in
      try await journal.begin(JournalSample.header("run"))
      for step in steps {
        for first in stride(from: 0, to: step.count, by: 500) {
          try await journal.append(Array(step[first..<first + 500]))
        }
      }
      return try await journal.records(of: names.map(JournalSample.key))
    }

    #expect(kept == JournalSample.fold(steps.flatMap { $0 }))
  }

  @Test func `whole records are there of what is not done, down to the parts of parts`() async throws {
    let sample = try JournalSample()
    var plan = Plan.sample(apps: ["a"], snapshots: [], days: 2)
    (plan.jobs[0].key, plan.jobs[1].key) = (JournalSample.key("big"), JournalSample.key("done"))
    func part(_ name: String) -> JobPart {
      JobPart(key: JournalSample.key(name), window: Self.part.window, label: name, sent: Self.part.sent)
    }
    let events =
      JournalSample.events(of: "big", [.intent(attempt: 1), .split(attempt: 1, [part("half"), part("other half")])])
      + JournalSample.events(of: "half", [.split(attempt: 1, [part("quarter")])])
      + JournalSample.events(of: "quarter", [.verified(attempt: 1, JournalSample.good)])
      + JournalSample.events(of: "done", [.verified(attempt: 1, JournalSample.good)])
    let rest = JournalSample.events(of: "other half", [.verified(attempt: 1, JournalSample.good)])

    let records = try await sample.write { journal in
      try await journal.append(events)
      return try await journal.planRecords(of: plan)
    }
    let before = try Ledger(directory: sample.directory).states(of: plan)
    try await sample.write { try await $0.append(rest) }
    let after = try Ledger(directory: sample.directory).states(of: plan)

    let folded = JournalSample.fold(events)
    for name in ["big", "half", "quarter"] {
      #expect(records.record(of: JournalSample.key(name)) == folded[JournalSample.key(name)], "\(name)")
    }
    #expect(records.record(of: JournalSample.key("done")) == nil)
    #expect(records.brief(of: 0)?.isSplit == true && records.brief(of: 1)?.isGood == true)
    #expect(before == [.split, .verified] && after == [.verified, .verified])
  }

  @Test func `a task belongs to another job, or to an earlier attempt, or to nobody`() async throws {
    let sample = try JournalSample()
    func submitted(_ attempt: Int, _ task: String) -> [JournalEvent.Kind] {
      [.intent(attempt: attempt), .submitted(attempt: attempt, task: task, requestID: nil)]
    }
    let events =
      JournalSample.events(of: "own", submitted(1, "own-1") + submitted(2, "own-2"))
      + JournalSample.events(of: "other", submitted(1, "other-1") + submitted(2, "other-2"))

    let owned = try await sample.write { journal in
      try await journal.append(events)
      return try await journal.owners(
        of: ["own-1", "own-2", "other-1", "other-2", "nobody's"], besides: JournalSample.key("own"))
    }

    #expect(owned == ["own-1", "other-1", "other-2"])
  }

  @Test func `open tasks are those of any plan that nobody has brought to an end`() async throws {
    let sample = try JournalSample()
    let events =
      JournalSample.events(of: "asked", [.intent(attempt: 1)])
      + JournalSample.events(of: "late", [.adopted(attempt: 1, task: "t"), .abandoned(Self.bad)])
      + JournalSample.events(of: "done", [.verified(attempt: 1, JournalSample.good)])
      + JournalSample.events(of: "failed", [.failed(Self.bad)])

    let counts = try await sample.write { journal in
      try await journal.append(events)
      return (
        try await journal.openTasks(besides: []), try await journal.openTasks(besides: [JournalSample.key("late")])
      )
    }

    #expect(counts == (2, 1))
  }
}
