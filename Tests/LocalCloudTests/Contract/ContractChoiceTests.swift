// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Logging
import Synchronization
import Testing

/// What was chosen where nothing is documented (contract.md, section 8, from row 12 on).
@Suite struct ContractChoiceTests {
  @Test func `8.12 the last day is part of the range, and may be to come`() async throws {
    try await CloudBench.run { bench in
      func days(_ first: String, _ last: String) async throws -> Set<String> {
        let rows = try await bench.rows("sessions", #""startDate":"\#(first)","endDate":"\#(last)""#)
        return Set(rows.compactMap { ($0["start"] as? String)?.prefix(10) }.map(String.init))
      }
      let one = try await days("2016-12-02", "2016-12-02")
      let three = try await days("2016-12-01", "2016-12-03")
      #expect(one == ["2016-12-02"])
      #expect(three == ["2016-12-01", "2016-12-02", "2016-12-03"])
      let today = Date.now.ISO8601Format().prefix(10)
      let future = try await bench.export("sessions", #""startDate":"\#(today)","endDate":"2199-01-01""#)
      #expect(future.json["state"] as? String == "Succeeded")
    }
  }

  @Test func `8.13 a window without length, or against time, is refused; a campaign is in it while it is active`()
    async throws
  {
    try await CloudBench.run { bench in
      func body(_ start: String, _ end: String) -> String {
        bench.body(
          #""campaignType":"Poll","campaignWindowStart":"\#(start)","campaignWindowEnd":"\#(end)""#)
      }
      for (start, end) in [
        ("2016-12-01T00:00:00Z", "2016-12-01T00:00:00Z"), ("2016-12-02T00:00:00Z", "2016-12-01T00:00:00Z"),
        ("2016-12-01T00:00:00+02:00", "2016-11-30T22:00:00Z"),
      ] {
        let answer = try await bench.call("POST", "/feedbackByDate", body: body(start, end))
        #expect(CloudBench.Outcome(answer) == .init(400, "BadRequest"))
      }
      // A window that ends when a campaign begins is without it; one that begins when it ends is as well.
      let polls = CloudBench.tasks.replacing("/devices/exportTasks", with: "/campaigns/polls")
      let campaigns = try await bench.get(polls).json["value"] as? [[String: Any]] ?? []
      let finished = try #require(campaigns.first { $0["finishedDate"] is String })
      let (from, to) = (finished["activatedDate"] as? String ?? "", finished["finishedDate"] as? String ?? "")
      func ids(_ start: String, _ end: String) async throws -> Set<Int> {
        let made = try await bench.call("POST", "/feedbackByDate", body: body(start, end))
        let task = try await bench.ended(made.json["id"] as? String ?? "")
        let part = try await bench.files(of: task)["part-00000.json"]?.body ?? Data()
        let rows = try JSONSerialization.jsonObject(with: part) as? [[String: Any]] ?? []
        return Set(rows.compactMap { $0["campaignId"] as? Int })
      }
      let id = try #require(finished["id"] as? Int)
      let (before, first, last, after) = (
        try await ids("2010-01-01T00:00:00Z", from),
        try await ids(from, from.replacing("T00:00:00Z", with: "T00:00:01Z")),
        try await ids(from, to), try await ids(to, "2100-01-01T00:00:00Z")
      )
      #expect(!before.contains(id) && first.contains(id) && last.contains(id) && !after.contains(id))
    }
  }

  @Test func `8.14 errors have the codes of their statuses`() async throws {
    try await CloudBench.run { bench in
      let outcomes = [
        try await bench.call("POST", "/tags", body: "{}"), try await bench.call("GET", "/none"),
        try await bench.call("DELETE"), try await bench.call("POST", "/tags", body: "x", type: "text/plain"),
      ].map(CloudBench.Outcome.init)
      #expect(
        outcomes == [
          .init(400, "BadRequest"), .init(404, "NotFound"), .init(405, "MethodNotAllowed"),
          .init(415, "UnsupportedMediaType"),
        ])
    }
    try await CloudBench.run {
      $0.faults = [try FaultRule("submit:too-large:7")]
    } _: { bench in
      let large = try await bench.call(
        "POST", "/events", body: bench.body(#""startDate":"2016-12-01","endDate":"2016-12-08""#))
      #expect(CloudBench.Outcome(large) == .init(413, "RequestEntityTooLarge"))
    }
  }

  @Test func `8.15 a kind in the singular is refused, its case and unknown members are not looked at`() async throws {
    try await CloudBench.run { bench in
      for kind in ["token", "tag", "activity", "event", "feedback", "push", "pushes"] {
        let answer = try await bench.call("POST", "/\(kind)", body: bench.body(CloudBench.days))
        #expect(CloudBench.Outcome(answer) == .init(404, "NotFound"), "\(kind)")
      }
      for kind in ["TOKENS", "Tags", "FEEDBACKBYDATE"] {
        let answer = try await bench.call("POST", "/\(kind)", body: bench.body(CloudBench.window + #","more":null"#))
        #expect(answer.status == 202, "\(kind)")
      }
    }
  }

  @Test func `8.16 nextLink is on the host that was asked, with everything that was asked for`() async throws {
    try await CloudBench.run { bench in
      for _ in 0..<3 { _ = try await bench.call("POST", "/tags", body: bench.body()) }
      let base = "http://cloud.localhost" + CloudBench.tasks
      let answer = try await bench.get(
        CloudBench.tasks, "&$top=1&$skip=1&$orderby=dateCreated%20desc", headers: [("Host", "cloud.localhost")])
      #expect(
        answer.json["nextLink"] as? String
          == "\(base)?api-version=2014-12-01&$skip=2&$top=1&$orderby=dateCreated%20desc")
      let last = try await bench.call("GET", query: "&$top=1&$skip=2")
      #expect(last.status == 200 && last.json.keys.sorted() == ["value"])
    }
  }

  @Test func `8.17 without an order the list is by id`() async throws {
    try await CloudBench.run { bench in
      for _ in 0..<9 { _ = try await bench.call("POST", "/tags", body: bench.body()) }
      let ids = (try await bench.call("GET").json["value"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
      #expect(ids.count == 9 && ids == ids.sorted())
    }
  }

  @Test func `8.18 a task's Location may be asked after five seconds of its own time`() async throws {
    try await CloudBench.run {
      $0.speed = 1
    } _: { bench in
      let made = try await bench.call("POST", "/TAGS", body: bench.body())
      let id = made.json["id"] as? String ?? ""
      #expect(made.headers["retry-after"] == "5")
      #expect(
        made.headers["location"] == "\(bench.endpoints.managementURL)\(CloudBench.tasks)/\(id)?api-version=2014-12-01")
    }
  }

  @Test func `8.19 states go one way, and the end has its time`() async throws {
    try await CloudBench.run {
      $0.speed = 200
    } _: { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body())
      let order = ["Queued": 0, "Started": 1, "Succeeded": 2, "Failed": 2]
      var (last, state) = (0, made.json["state"] as? String ?? "")
      while last < 2 {
        let task = try await bench.call("GET", "/\(made.json["id"] as? String ?? "")").json
        state = task["state"] as? String ?? ""
        let now = try #require(order[state])
        #expect(now >= last)
        #expect((task["dateCompleted"] != nil) == (now == 2))
        #expect(task["errorDetails"] == nil)
        last = now
      }
      #expect(state == "Succeeded")
    }
    try await CloudBench.run {
      $0.faults = [try FaultRule("task:failed")]
    } _: { bench in
      let failed = try await bench.export("tags").json
      #expect(failed["state"] as? String == "Failed" && failed["dateCompleted"] is String)
      #expect(failed["errorDetails"] is String)
    }
  }

  /// Addresses of containers; `EXPIRED` and `BASE` stand for a time that is past and for this cloud.
  private static let containers: [(String, Bool)] = [
    ("https://a.blob.core.windows.net/exports?sig=x", true), ("HTTPS://a.example/c?se=2199-01-01&sig=x", true),
    ("http://127.0.0.1:1/account/container?sig=x&se=2199-01-01T00%3A00Z", true),
    ("https://a.example/c/folder?sig=x", true), ("https://a.example/c", false), ("https://a.example/c?sig=", false),
    ("https://a.example/?sig=x", false), ("https://a.example?sig=x", false), ("//a.example/c?sig=x", false),
    ("/c?sig=x", false), ("ftp://a.example/c?sig=x", false), ("https:///c?sig=x", false),
    ("https://a.example/c?se=2016-12-17T04%3A59%3A26Z&sig=x", false), ("https://a.example/c?se=soon&sig=x", false),
    ("http://127.0.0.1:1/account?sig=x", false),
  ]

  @Test func `8.20 a container's address is checked for its form, and the container when the task starts`() async throws
  {
    try await CloudBench.run {
      $0.speed = 0.001
    } _: { bench in
      for (url, isGood) in Self.containers {
        let answer = try await bench.call(
          "POST", "/tags", body: #"{"containerUrl":"\#(url)","exportFormat":"JsonBlob"}"#)
        #expect(answer.status == (isGood ? 202 : 400), "\(url)")
        #expect(!answer.text.contains("a.example"))
      }
    }
    try await CloudBench.run { bench in
      func outcome(_ url: String) async throws -> [String] {
        let made = try await bench.call(
          "POST", "/tags", body: #"{"containerUrl":"\#(url)","exportFormat":"JsonBlob"}"#)
        let task = try await bench.ended(made.json["id"] as? String ?? "").json
        return [
          task["state"] as? String ?? "", String((task["errorDetails"] as? String ?? "").prefix { $0 != ":" }),
        ]
      }
      let place = "\(bench.endpoints.blobURL)/exports?"
      let key = try await bench.send(
        "POST", "\(bench.endpoints.blobURL)/?restype=service&comp=userdelegationkey",
        headers: [("Authorization", "Bearer any")],
        body:
          "<KeyInfo><Start>\(Date.now.addingTimeInterval(-60).ISO8601Format())</Start><Expiry>\(Date.now.addingTimeInterval(3600).ISO8601Format())</Expiry></KeyInfo>"
      ).text
      // Of every kind, with the least that it needs, and with nothing to list.
      for good in [bench.service("wl"), bench.service("w"), bench.account("wl"), bench.delegated("wl", by: key)] {
        #expect(try await outcome(place + good) == ["Succeeded", ""])
      }
      let (read, forged, absent) = (
        try await outcome(place + bench.service("rl")), try await outcome(place + bench.service("wl") + "A"),
        try await outcome("\(bench.endpoints.blobURL)/nowhere?\(bench.account("wl"))")
      )
      #expect(read == ["Failed", "AuthorizationPermissionMismatch"])
      #expect(forged == ["Failed", "AuthenticationFailed"])
      #expect(absent == ["Failed", "ContainerNotFound"])
      let unreachable = try await outcome("http://127.0.0.1:1/account/container?sig=x")
      #expect(unreachable == ["Failed", "StorageUnreachable"])
    }
  }

  @Test func `8.21 the manifest is written last, and only then has the task succeeded`() async throws {
    try await CloudBench.run { bench in
      let task = try await bench.export("events", CloudBench.days)
      let files = try await bench.files(of: task)
      #expect(task.json["state"] as? String == "Succeeded" && files.count == 2)
      // The page tells blobs in the order in which they were written, the last first.
      let written = try await bench.send("GET", "/_page/overview").json["blobs"] as? [[String: Any]] ?? []
      let names = written.compactMap { ($0["name"] as? String)?.split(separator: "/").last }
      #expect(names == ["manifest.json", "part-00000.json"])
      let manifest = files["manifest.json"]?.json
      let told = (manifest?["parts"] as? [[String: Any]])?.first?["md5"] as? String
      #expect(told == files["part-00000.json"]?.headers["content-md5"])
    }
  }

  @Test func `8.22 no answer and no line of a log holds a signature`() async throws {
    let lines = Mutex<[String]>([])
    let folder = CloudFolder()
    var configuration = LocalCloudConfiguration(directory: folder.url)
    configuration.apps = [CloudBench.app]
    configuration.devicesPerApp = 5
    configuration.speed = 100_000
    let logger = Logger(label: "test") { _ in
      CollectingLogHandler { line in lines.withLock { $0.append(line) } }
    }
    let cloud = try await LocalCloud(configuration, logger: logger)
    try await CloudBench.with(cloud) { bench in
      let secret = "very-secret-signature"
      var answers: [CloudBench.Answer] = []
      for url in [
        "http://127.0.0.1:1/a/c?sig=\(secret)", "https://a.example/c?sig=\(secret)&se=2016-01-01",
        "\(bench.endpoints.blobURL)/exports?sv=2021-12-02&sr=c&sp=wl&se=2199-01-01&sig=\(secret)",
      ] {
        let made = try await bench.call("POST", "/tags", body: #"{"containerUrl":"\#(url)","exportFormat":"JsonBlob"}"#)
        answers.append(made)
        if made.status == 202 { answers.append(try await bench.ended(made.json["id"] as? String ?? "")) }
      }
      answers.append(try await bench.call("GET"))
      answers.append(try await bench.store("GET", "/exports/x", "sv=2021-12-02&sr=c&sp=r&se=2199-01-01&sig=\(secret)"))
      answers.append(try await bench.send("GET", "/"))
      answers.append(try await bench.send("GET", "/_page/overview"))
      for answer in answers {
        let everything = answer.text + answer.headers.map { "\($0.key): \($0.value)" }.joined()
        #expect(!everything.contains(secret), "\(answer.text)")
        #expect(!everything.contains("containerUrl="))
      }
    }
    let written = lines.withLock { $0 }.joined(separator: "\n")
    #expect(!written.contains("secret-signature"), "\(written)")
  }

  @Test func `8.23 two requests that are alike make two tasks`() async throws {
    try await CloudBench.run { bench in
      let headers = [
        ("Authorization", "Bearer any"), ("Content-Type", "application/json"), ("x-ms-client-request-id", "the-same"),
      ]
      let ids = [
        try await bench.send(
          "POST", "\(CloudBench.tasks)/tags?api-version=2014-12-01", headers: headers, body: bench.body()),
        try await bench.send(
          "POST", "\(CloudBench.tasks)/tags?api-version=2014-12-01", headers: headers, body: bench.body()),
      ].compactMap { $0.json["id"] as? String }
      #expect(Set(ids).count == 2)
      #expect(try await bench.cloud.statistics().tasks == 2)
    }
  }

  @Test func `8.24 tasks of an app run one after the other, and are kept`() async throws {
    let folder = CloudFolder()
    let ids = Mutex<[String]>([])
    try await CloudBench.with(folder.url) {
      // Long enough that lists meet each of them while it runs.
      $0.speed = 100
      $0.life.startDelay = 0...0
      $0.life.runTime = 30...30
    } _: { bench in
      for _ in 0..<5 {
        let made = try await bench.call("POST", "/tags", body: bench.body())
        ids.withLock { $0.append(made.json["id"] as? String ?? "") }
      }
      var (running, met, open) = (Set<Int>(), Set<String>(), 5)
      while open > 0 {
        let tasks = try await bench.call("GET").json["value"] as? [[String: Any]] ?? []
        let started = tasks.filter { $0["state"] as? String == "Started" }.compactMap { $0["id"] as? String }
        running.insert(started.count)
        met.formUnion(started)
        open = tasks.count { ["Queued", "Started"].contains($0["state"] as? String) }
      }
      #expect(running.isSubset(of: [0, 1]) && !met.isEmpty, "\(running)")
    }
    try await CloudBench.with(folder.url) { bench in
      let kept = try await bench.call("GET").json["value"] as? [[String: Any]] ?? []
      #expect(Set(kept.compactMap { $0["id"] as? String }) == Set(ids.withLock { $0 }))
    }
  }

  @Test func `8.26 any bearer is taken, unless the check is strict`() async throws {
    try await CloudBench.run { bench in
      let status = try await bench.call("GET").status
      #expect(status == 200)
    }
    try await CloudBench.run {
      $0.strict = true
    } _: { bench in
      #expect(try await bench.call("GET").status == 401)
      for resource in ["https://management.azure.com", "https://management.core.windows.net"].flatMap({
        [$0, $0 + "/"]
      }) {
        let token = try await bench.token(bench.client + [("resource", resource)], v2: false)
        let answer = try await bench.send(
          "GET", "\(CloudBench.tasks)?api-version=2014-12-01",
          headers: [("Authorization", "Bearer \(token.json["access_token"] as? String ?? "")")])
        #expect(answer.status == 200, "\(resource)")
      }
    }
  }

  @Test func `8.27 nothing is throttled unless that is asked for`() async throws {
    try await CloudBench.run { bench in
      for _ in 0..<50 {
        let answer = try await bench.call("GET")
        #expect(answer.status == 200)
        #expect(!answer.headers.keys.contains { $0.hasPrefix("x-ms-ratelimit") })
      }
    }
  }

  @Test func `8.28 exportUserId tells users beside devices, in the extended mode`() async throws {
    try await CloudBench.run {
      $0.extended = true
    } _: { bench in
      let option = #""exportOptions":{"exportUserId":true}"#
      let tags = try await bench.rows("tags")
      let pairs = tags.compactMap { row -> (String, String)? in
        guard let user = (row["tags"] as? [String: Any])?["userid"] as? String else { return nil }
        return (row["deviceId"] as? String ?? "", user)
      }
      let users = Dictionary(pairs) { $1 }
      #expect(!users.isEmpty && users.count < tags.count)
      for (kind, more) in [("tokens", ""), ("events", CloudBench.days + ","), ("sessions", CloudBench.days + ",")] {
        let rows = try await bench.rows(kind, more + option)
        #expect(!rows.isEmpty)
        for row in rows {
          #expect(row["userId"] as? String == users[row["deviceId"] as? String ?? ""])
          #expect(row.keys.contains("userId"))
        }
        let without = try await bench.rows(kind, more + #""description":"x""#)
        #expect(without.allSatisfy { !$0.keys.contains("userId") })
      }
      let csv = try await bench.files(of: try await bench.export("tokens", option, format: "CsvBlob"))
      #expect(csv["part-00000.csv"]?.text.hasPrefix("deviceId,userId,token,type\r\n") == true)
    }
  }
}

/// Hands on every line with all that it carries.
struct CollectingLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .trace
  let take: @Sendable (String) -> Void

  init(_ take: @escaping @Sendable (String) -> Void) { self.take = take }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    take("\(event.message) \(event.metadata ?? [:])")
  }
}
