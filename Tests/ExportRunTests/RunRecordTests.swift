// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// What the journal keeps of a run besides the events of jobs.
@Suite struct RunRecordTests {
  private static let notices: [Scheduler.Notice] = [
    .unanswered(service: "a", Failure(.unreachable, "nobody listens", requestID: "r")),
    .answers(service: "a", after: .seconds(3)), .throttled(service: "b", active: 4), .limited(service: "b", active: 5),
    .spent(service: "a", until: JournalSample.start),
  ]
  private static let requests = [
    RequestRecord(
      at: JournalSample.start, took: .microseconds(1234), step: .submit, key: JournalSample.key("x"), attempt: 2,
      method: "POST", url: "https://a.example/tasks", status: 202, requestID: "ours",
      serviceID: "theirs"),
    RequestRecord(at: JournalSample.start, took: .zero, method: "GET", url: "https://a.example/", error: "cut"),
  ]

  @Test func `notes and requests are kept with their run, in order`() async throws {
    let sample = try JournalSample()
    let notes = Self.notices.enumerated().map { RunNote($1, at: JournalSample.start, after: $0) }
    try await sample.write { journal in
      try await journal.begin(JournalSample.header("first"), origin: RunOrigin(program: "p", resume: "again"))
      try await journal.append(
        JournalSample.events(of: "x", [.intent(attempt: 1)]), notes: notes, requests: [Self.requests[0]])
      try await journal.end(
        at: JournalSample.start, outcome: "halted", counts: [.failed: 2, .verified: 1],
        stop: .halted(Failure(.credential, "refused")), requests: [Self.requests[1]])
      try await journal.begin(JournalSample.header("second"))
      try await journal.append([], notes: [notes[2]], requests: [Self.requests[1]])
      try await journal.end(at: JournalSample.start, outcome: "interrupted", stop: .timeIsUp)
    }

    let ledger = try Ledger(directory: sample.directory)
    let runs = try ledger.runs(limit: 2)
    let (second, first) = (try ledger.record(of: runs[0]), try ledger.record(of: runs[1]))

    #expect(first.notes == notes && Array(first.requests) == Self.requests && first.events.count == 1)
    #expect(second.notes == [notes[2]] && Array(second.requests) == [Self.requests[1]] && second.events.isEmpty)
    #expect(first.run.origin == RunOrigin(program: "p", resume: "again"))
    #expect(first.run.counts == [.failed: 2, .verified: 1])
    #expect(first.run.stop == .halted(Failure(.credential, "refused")) && second.run.stop == .timeIsUp)
  }

  @Test func `jobs that were in parts when a run began stay known, whatever comes later`() async throws {
    let sample = try JournalSample()
    let window = Window(start: JournalSample.start, end: JournalSample.start.advanced(by: .seconds(60)), zone: "UTC")
    let part = JobPart(
      key: JournalSample.key("part"), window: window, label: "half", sent: SentWindow(start: "a", end: "b"))
    try await sample.write { journal in
      try await journal.begin(JournalSample.header("first"))
      try await journal.append(JournalSample.events(of: "whole", [.intent(attempt: 1), .split(attempt: 1, [part])]))
      try await journal.end(at: JournalSample.start, outcome: "interrupted")
      try await journal.begin(JournalSample.header("second"))
      try await journal.append(
        JournalSample.events(of: "whole", from: 9, [.verified(attempt: 1, JournalSample.good)]))
      try await journal.end(at: JournalSample.start, outcome: "done")
      try await journal.begin(JournalSample.header("third"))
    }

    let ledger = try Ledger(directory: sample.directory)
    let splits = try ledger.runs(limit: 3).map { try ledger.record(of: $0).splits }

    #expect(splits == [[:], [JournalSample.key("whole"): [part]], [:]])
  }

  @Test func `of a plan that is done only the frame is kept`() async throws {
    let sample = try JournalSample()
    let plan = Plan.sample(apps: ["a", "b"], snapshots: [], days: 3)
    try await sample.write { journal in
      try await journal.begin(JournalSample.header("first", dues: [.alreadyExported]), frame: plan.frame)
    }

    let ledger = try Ledger(directory: sample.directory)
    let run = try #require(try ledger.lastRun())
    let frame = try #require(try ledger.record(of: run).frame)
    let kept = try PlanFile(parsing: Array(frame.utf8)).plan

    #expect(kept.jobs.isEmpty && kept.apps == plan.apps && kept.exports == plan.exports && kept.asOf == plan.asOf)
  }

  @Test func `every notice is read back from what is written of it`() {
    let notes = Self.notices.map { RunNote($0, at: JournalSample.start) }
    for note in notes { #expect(Scheduler.Notice(note.json) == note.notice) }
    #expect(Scheduler.Notice(["event": "other", "service": "a"]) == nil)
  }
}
