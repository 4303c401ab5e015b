// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Testing

@testable import BatchExport

/// How notifications are sent, and when not: on a clock that jumps, without a network.
@Suite struct NotifierTests {
  private static let report = RunReport(
    plan: PlanFile(Plan.sample()),
    header: RunHeader(
      id: "r", started: Instant(seconds: 0), plan: Digest(of: "p"), name: "nightly", dues: []),
    ended: Instant(seconds: 1), outcome: .done, stop: nil, events: [], resume: "outhaul run", program: "outhaul 0.1.0")

  private static func send(
    _ transport: AnsweringTransport, url: String = "https://hooks.example/${secret.path}",
    timeout: Duration = .seconds(10),
    clock: JumpingClock = JumpingClock()
  ) async throws -> [UnsentNotification] {
    let planned = PlannedNotification(
      name: "team", url: SecretText(url), headers: ["Authorization": SecretText("Bearer ${secret.token}")],
      timeout: timeout)
    let ready = try ReadyNotification(planned) { name throws(SecretError) in
      Secret(name == "host" ? "https://private.example/x" : "canary-\(name)")
    }
    return await Notifier(transport: transport, clock: clock).send([ready], about: report, file: "report.html")
  }

  @Test func `it is posted once, with its secrets in address and header`() async throws {
    let transport = AnsweringTransport(204, "")

    let unsent = try await Self.send(transport)

    #expect(unsent == [])
    #expect(transport.sent.map(\.method) == ["POST"])
    #expect(transport.sent[0].url == "https://hooks.example/canary-path")
    #expect(transport.sent[0].headers.map(\.value) == ["Bearer canary-token", "application/json"])
    #expect(transport.sent[0].timeLimit == .seconds(10))
    #expect(transport.sent[0].title == "POST <secret>")
  }

  @Test func `a server that is in trouble is asked twice, and what is left of the time is the second's`() async throws {
    let transport = AnsweringTransport(503, "", [("Retry-After", "4")])

    let unsent = try await Self.send(transport)

    #expect(unsent == [UnsentNotification(name: "team", reason: .status(503))])
    #expect(transport.sent.map(\.timeLimit) == [.seconds(10), .seconds(6)])
  }

  @Test func `a pause that is longer than the time is not made`() async throws {
    let clock = JumpingClock()
    let transport = AnsweringTransport(429, "", [("Retry-After", "60")])

    let unsent = try await Self.send(transport, clock: clock)

    #expect(unsent.count == 1 && transport.sent.count == 1)
    #expect(clock.now == JumpingClock().now)
  }

  @Test(arguments: [200, 201, 299]) func `an answer that is good is the end`(status: Int) async throws {
    let transport = AnsweringTransport(status, "")
    #expect(try await Self.send(transport) == [])
    #expect(transport.sent.count == 1)
  }

  @Test(arguments: [301, 302, 307, 400, 401, 404, 410]) func `what will not change is not tried again`(status: Int)
    async throws
  {
    let transport = AnsweringTransport(status, "", [("Location", "https://elsewhere.example/")])
    let unsent = try await Self.send(transport)
    #expect(unsent == [UnsentNotification(name: "team", reason: .status(status))])
    #expect(transport.sent.count == 1)
  }

  private static let kinds: [(TransportError.Kind, tries: Int)] = [
    (.unreachable, 2), (.cut, 2), (.proxy, 2), (.untrusted, 1), (.timedOut, 1), (.tooLarge(limit: 1), 1),
  ]

  @Test(arguments: kinds) func `no answer is tried again where that may help`(kind: TransportError.Kind, tries: Int)
    async throws
  {
    let transport = AnsweringTransport { _ in throw TransportError(kind, "why") }
    let unsent = try await Self.send(transport)
    #expect(unsent == [UnsentNotification(name: "team", reason: .noAnswer("why"))])
    #expect(transport.sent.count == tries)
  }

  @Test func `a host that only a secret names is not named`() async throws {
    let transport = AnsweringTransport { _ in throw TransportError(.unreachable, "cannot reach private.example:443") }

    let unsent = try await Self.send(transport, url: "${secret.host}")

    #expect(
      unsent.map(\.description) == [
        "warning: the notification 'team' was not sent: cannot reach <secret>:443"
      ])
  }

  private static let addresses = [
    "http://hooks.example/a", "hooks.example", "https://u:p@hooks.example/", "", "ftp://a/",
  ]

  @Test(arguments: addresses) func `a secret that is no https address is told, not what it is`(address: String) {
    let planned = PlannedNotification(name: "team", url: SecretText("${secret.hook}"))
    #expect(throws: UnsentNotification(name: "team", reason: .address)) {
      try ReadyNotification(planned) { _ throws(SecretError) in Secret(address) }
    }
  }

  @Test func `a secret with a line end makes no header`() {
    let planned = PlannedNotification(
      name: "team", url: SecretText("https://hooks.example"), headers: ["X-Token": SecretText("${secret.token}")])
    #expect(throws: UnsentNotification(name: "team", reason: .header("X-Token"))) {
      try ReadyNotification(planned) { _ throws(SecretError) in Secret("a\r\nHost: elsewhere.example") }
    }
  }

  // MARK: When

  private static let (one, two) = (JobKey(Digest(of: "1")), JobKey(Digest(of: "2")))

  private static let traces: [(last: RunTrace, now: RunTrace, failure: Bool, change: Bool)] = [
    (.none, RunTrace(outcome: "done", failed: []), false, false),
    (.none, RunTrace(outcome: "incomplete", failed: [one]), true, true),
    (RunTrace(outcome: "incomplete", failed: [one]), RunTrace(outcome: "incomplete", failed: [one]), true, false),
    (RunTrace(outcome: "incomplete", failed: [one]), RunTrace(outcome: "incomplete", failed: [two]), true, true),
    (RunTrace(outcome: "incomplete", failed: [one]), RunTrace(outcome: "interrupted", failed: [one]), true, true),
    (RunTrace(outcome: "halted", failed: []), RunTrace(outcome: "done", failed: []), false, true),
  ]

  @Test(arguments: traces) func `failure is what is not done, change is what is not as before, always is always`(
    last: RunTrace, now: RunTrace, failure: Bool, change: Bool
  ) {
    #expect(NotificationSetting.Occasion.failure.isNow(now, last: last) == failure)
    #expect(NotificationSetting.Occasion.change.isNow(now, last: last) == change)
    #expect(NotificationSetting.Occasion.always.isNow(now, last: last))
  }

  @Test func `a job that failed and was done after all has not failed`() {
    let at = Instant(seconds: 0)
    let failure = Failure(.taskFailed, "why")
    let trace = RunTrace(
      outcome: "incomplete",
      events: [
        JournalEvent(.failed(failure), of: Self.one, at: at), JournalEvent(.abandoned(failure), of: Self.two, at: at),
        JournalEvent(.verified(attempt: 2, Verification(.verified, artifacts: [])), of: Self.one, at: at),
      ])

    #expect(trace.failed == [Self.two])
  }
}
