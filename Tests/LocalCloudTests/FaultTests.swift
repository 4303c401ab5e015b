// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// Faults of windows, tasks, lists and rates, and what the statistics tell of limits.
@Suite struct FaultTests {
  private static let token = [("Authorization", "Bearer any")]

  private static func range(_ first: String, _ last: String) -> String {
    #""startDate":"\#(first)","endDate":"\#(last)""#
  }

  @Test func `a window of more days than the rule says is refused, and one of as many is not`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("submit:too-large:7")]
    } _: { bench in
      let long = try await bench.call("POST", "/events", body: bench.body(Self.range("2016-12-01", "2016-12-08")))
      let short = try await bench.call("POST", "/events", body: bench.body(Self.range("2016-12-01", "2016-12-07")))
      let snapshot = try await bench.call("POST", "/tags", body: bench.body())
      let push = try await bench.call(
        "POST", "/feedbackByDate",
        body: bench.body(
          #""campaignType":"Poll","campaignWindowStart":"2016-12-01T00:00:00Z","campaignWindowEnd":"2016-12-08T00:00:01Z""#
        ))

      #expect(long.status == 413 && long.code == "RequestEntityTooLarge", "\(long.text)")
      #expect(push.status == 413)
      #expect(short.status == 202 && snapshot.status == 202)
      #expect(try await bench.cloud.statistics().tasks == 2)
    }
  }

  /// What strikes, and what a token's endpoint and storage answer.
  private static let forms: [(String, UInt, String, String)] = [
    ("401", 401, "invalid_client", "InvalidAuthenticationInfo"),
    ("403", 403, "unauthorized_client", "AuthorizationFailure"),
    ("429", 429, "temporarily_unavailable", "TooManyRequests"), ("500", 500, "server_error", "InternalError"),
    ("503", 503, "temporarily_unavailable", "ServerBusy"),
  ]

  /// They were told in the form of the management API.
  @Test func `a fault is told in the form of who was asked`() async throws {
    for (fault, status, token, blob) in Self.forms {
      let folder = CloudFolder()
      try await CloudBench.with(folder.url) {
        $0.faults = try ["token:\(fault)", "blob:\(fault)"].map { try FaultRule($0) }
      } _: { bench in
        let form = try await bench.token(bench.client, v2: true)
        let read = try await bench.send("GET", bench.staged("/a"), headers: [("x-ms-client-request-id", "id-1")])
        let head = try await bench.send("HEAD", bench.staged("/a"))

        #expect(form.status == status && form.json["error"] as? String == token, "\(form.text)")
        #expect((form.json["error_description"] as? String)?.hasPrefix("AADSTS") == true)
        #expect(read.status == status && read.headers["x-ms-error-code"] == blob, "\(read.text)")
        #expect(read.text.contains("<Error><Code>\(blob)</Code>") && read.headers["x-ms-client-request-id"] == "id-1")
        #expect(head.status == status && head.headers["x-ms-error-code"] == blob && head.body.isEmpty)
        let wait = ["429", "503"].contains(fault) ? "1" : nil
        #expect(form.headers["retry-after"] == wait && read.headers["retry-after"] == wait)
      }
    }
  }

  @Test func `a task of more days than the rule says fails, and says why`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("task:too-large:2")]
    } _: { bench in
      var states: [String] = []
      for last in ["2016-12-03", "2016-12-02"] {
        let made = try await bench.call("POST", "/events", body: bench.body(Self.range("2016-12-01", last)))
        let ended = try await bench.ended(made.json["id"] as? String ?? "")
        states.append("\(ended.json["state"] ?? "") \(ended.json["errorDetails"] ?? "")")
      }

      #expect(
        states == [
          "Failed PeriodTooLarge: the period is too large: 3 days, of which 2 can be exported at once", "Succeeded ",
        ])
    }
  }

  @Test func `a task that vanishes is in no answer, and is counted all the same`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("task:vanish:x1")]
    } _: { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body(#""description":"gone""#))
      let id = made.json["id"] as? String ?? ""
      var answer = try await bench.call("GET", "/\(id)")
      // A bound against waiting for ever, far above what a slow machine takes.
      let deadline = ContinuousClock.now.advanced(by: .seconds(60))
      while answer.status == 200, .now < deadline { answer = try await bench.call("GET", "/\(id)") }

      #expect(answer.status == 404 && answer.code == "NotFound")
      #expect((try await bench.call("GET").json["value"] as? [Any])?.isEmpty == true)
      #expect(try await bench.cloud.statistics().tasksByDescription == ["gone": 1])
    }
  }

  @Test func `shuffled pages hold every task, some of them twice`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("list:shuffle")]
    } _: { bench in
      for number in 0..<30 {
        _ = try await bench.call("POST", "/tags", body: bench.body(#""description":"task \#(number)""#))
      }
      var seen: [String] = []
      var next: String? =
        "\(bench.endpoints.managementURL)\(CloudBench.tasks)?api-version=2014-12-01&$top=10&$orderby=dateCreated%20desc"
      while let url = next {
        let page = try await bench.send("GET", url, headers: Self.token)
        let value = try #require(page.json["value"] as? [[String: Any]])
        seen += value.compactMap { $0["description"] as? String }
        next = page.json["nextLink"] as? String
      }

      #expect(seen.count == 33)
      #expect(Set(seen) == Set((0..<30).map { "task \($0)" }))
      #expect(
        seen.prefix(11).filter { $0 != seen[0] } != (20..<30).reversed().map { "task \($0)" }.filter { $0 != seen[0] })
    }
  }

  @Test func `a rate lets so many pass, refuses the next with the time to wait, and every answer counts down`()
    async throws
  {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("submit:throttle:2/h")]
    } _: { bench in
      var answers: [CloudBench.Answer] = []
      for _ in 0..<3 { answers.append(try await bench.call("POST", "/tags", body: bench.body())) }
      let list = try await bench.call("GET")

      #expect(answers.map(\.status) == [202, 202, 429])
      #expect(answers.map { $0.headers["x-ms-ratelimit-remaining-subscription-writes"] } == ["1", "0", "0"])
      let wait = try #require(answers[2].headers["retry-after"].flatMap { Int($0) })
      #expect((1...1800).contains(wait) && answers[2].code == "TooManyRequests")
      #expect(list.status == 200 && list.headers["x-ms-ratelimit-remaining-subscription-reads"] == "11999")
      let counted = try await bench.cloud.statistics().requests
      #expect(counted["submit"] == 3 && counted["list"] == 1 && counted["throttled"] == 1)
    }
  }

  @Test func `nothing counts down while no rate is on`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let answer = try await bench.call("POST", "/tags", body: bench.body())

      #expect(!answer.headers.keys.contains { $0.hasPrefix("x-ms-ratelimit") })
    }
  }

  @Test(arguments: [
    "submit:too-large", "submit:too-large:0", "submit:too-large:x", "list:too-large:7", "submit:vanish", "task:shuffle",
    "task:throttle:1/s", "submit:throttle", "submit:throttle:10", "submit:throttle:0/s", "submit:throttle:1/d",
    "submit:throttle:1/s:5%", "submit:throttle:1/s:x2", "poll:slow", "poll:slow:0", "poll:slow:x", "task:skew:0",
    "poll:failed", "task:401", "blob:lost-answer", "submit:truncated", "poll:expired-sas",
  ])
  func `a rule that means nothing is refused`(text: String) {
    #expect(throws: FaultRuleError.self) { try FaultRule(text) }
  }

  @Test func `a rule with a measure may have a chance and a count`() throws {
    let rule = try FaultRule("submit:too-large:7:20%:x3")

    #expect(rule.days == 7 && rule.probability == 0.2 && rule.count == 3)
    #expect(try FaultRule("poll:throttle:600/m").rate == FaultRule.Rate(count: 600, seconds: 60))
  }

  @Test func `statistics tell the most tasks that were live at once, over a restart`() async throws {
    let folder = CloudFolder()
    let apps = [("shop", "android"), ("shop", "ios"), ("club", "web")].map {
      LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: $0.0, name: $0.1)
    }
    try await CloudBench.with(folder.url) {
      ($0.apps, $0.speed) = (apps, 0.001)
    } _: { bench in
      for app in [apps[0], apps[0], apps[1], apps[2]] { _ = try await Self.submit(app, bench) }
    }
    try await CloudBench.with(folder.url) {
      $0.apps = apps
    } _: { bench in
      // One at a time: nothing is added to what was live before.
      for _ in 0..<3 { _ = try await bench.ended(try await Self.submit(apps[0], bench)) }
      let counted = try await bench.cloud.statistics()

      #expect(counted.tasks == 7)
      #expect((4...5).contains(counted.mostLive))
      #expect(counted.mostLiveByApp["s-1/me/shop/ios"] == 1 && counted.mostLiveByApp["s-1/me/club/web"] == 1)
      #expect((2...3).contains(counted.mostLiveByApp["s-1/me/shop/android"] ?? 0))
      #expect((3...4).contains(counted.mostLiveByCollection["s-1/me/shop"] ?? 0))
      #expect(counted.mostLiveByCollection["s-1/me/club"] == 1)
    }
  }

  private static func submit(_ app: LocalCloudApp, _ bench: CloudBench) async throws -> String {
    let tasks = CloudBench.tasks.replacing("/shop/apps/android/", with: "/\(app.collection)/apps/\(app.name)/")
    let made = try await bench.send(
      "POST", "\(tasks)/tags?api-version=2014-12-01", headers: token + [("Content-Type", "application/json")],
      body: bench.body())
    return made.json["id"] as? String ?? ""
  }
}
