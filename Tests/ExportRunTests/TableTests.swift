// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Testing

/// Events and requests of a run in little memory.
@Suite struct TableTests {
  /// Texts that are kept in several ways: with parts that others have, ids alone and at the end, long, empty, of any letters.
  private static let texts = [
    "", "/", "//", "t-1", "a/b/c", "a/b/", "a/b/c", "é🛒/é🛒", "\u{0}",
    "0a1b2c3d-0000-1111-2222-333344445555", "0A1b2c3d-0000-1111-2222-333344445555",
    "0a1b2c3d-0000-1111-2222-33334444555", "0a1b2c3d00000-1111-2222-333344445555",
    "https://service.example/apps/shop/tasks/0a1b2c3d-0000-1111-2222-333344445555",
    "https://service.example/apps/shop/tasks/0a1b2c3d-0000-1111-2222-333344445556",
    "https://service.example/apps/0a1b2c3d-0000-1111-2222-333344445555/tasks",
    String(repeating: "x", count: 62), String(repeating: "x", count: 63), String(repeating: "ü/", count: 300),
    String(repeating: "long", count: 100_000), "behind it",
  ]

  @Test func `every kind of event comes back as it was`() {
    let events = ["a", "b", "a"].flatMap { JournalSample.events(of: $0, JournalTests.everything) }
    let table = EventTable(events)

    #expect(Array(table) == events && table.keys == [JournalSample.key("a"), JournalSample.key("b")])
    #expect(Array(table.failed) == events.filter { $0.kind.failure != nil })
    for (index, event) in events.enumerated() {
      guard case .verified(_, let result) = event.kind else {
        #expect(table.sums(of: index) == nil)
        continue
      }
      let sums = ResultSums(
        level: result.level, files: result.artifacts.count, bytes: result.bytes, rows: result.rows)
      #expect(table.sums(of: index) == sums)
    }
  }

  @Test func `texts come back as they were, whatever is in them`() {
    let key = JournalSample.key("a")
    let events = Self.texts.flatMap { text in
      [
        JournalEvent(.submitted(attempt: 1, task: text, requestID: text), of: key, at: JournalSample.start),
        JournalEvent(.submitted(attempt: .max, task: text, requestID: nil), of: key, at: JournalSample.start),
        JournalEvent(
          .setback(step: .poll, Failure(.service, text, requestID: text)), of: key, at: JournalSample.start),
        JournalEvent(
          .verified(
            attempt: 2,
            Verification(.listed, artifacts: [Artifact(name: text, bytes: -1, sha256: nil, rows: nil)])), of: key,
          at: JournalSample.start),
      ]
    }
    let requests = Self.texts.map { text in
      RequestRecord(
        at: JournalSample.start, took: .nanoseconds(1_234_567_891), method: text, url: text, requestID: text,
        serviceID: text, error: text)
    }

    #expect(Array(EventTable(events)) == events)
    #expect(Array(RequestTable(requests)) == requests)
  }

  @Test func `as many as a large run has come back as they were`() {
    let requests = (0..<30_000).map { number in
      let digits = String(number + 1_000_000)
      return RequestRecord(
        at: JournalSample.start.advanced(by: .milliseconds(number)), took: .microseconds(number), step: .poll,
        key: number.isMultiple(of: 3) ? nil : JournalSample.key("\(number % 5000)"), attempt: number % 7,
        method: "GET", url: "https://service.example/tasks/0a1b2c3d-0000-1111-2222-33334\(digits)",
        status: number.isMultiple(of: 11) ? nil : 200 + number % 5, requestID: "r/\(number)")
    }
    let table = RequestTable(requests)

    #expect(Array(table) == requests)
    #expect(table.indices.allSatisfy { table.status(of: $0) == requests[$0].status })
  }
}
