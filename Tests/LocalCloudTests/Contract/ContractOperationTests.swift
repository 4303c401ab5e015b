// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// Operations of the Export API (contract.md, section 1).
@Suite struct ContractOperationTests {
  private static func makes(_ kind: String, _ type: String, _ more: String = "") async throws {
    try await CloudBench.run { bench in
      let made = try await bench.call("POST", "/\(kind)", body: bench.body(more))
      #expect(made.status == 202, "\(made.text)")
      #expect(made.json["exportType"] as? String == type)
      #expect(made.json["state"] as? String == "Queued")

      let ended = try await bench.ended(made.json["id"] as? String ?? "")
      #expect(ended.json["state"] as? String == "Succeeded", "\(ended.text)")
      #expect(ended.json["exportType"] as? String == type)
      let files = try await bench.files(of: ended)
      #expect(files.keys.sorted() == ["manifest.json", "part-00000.json"])
    }
  }

  @Test func `1.1 the list holds the app's tasks, and no other's`() async throws {
    try await CloudBench.run {
      $0.apps.append(LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "shop", name: "ios"))
    } _: { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body())
      let own = try await bench.call("GET")
      let other = try await bench.get(CloudBench.tasks.replacing("/android/", with: "/ios/"))

      #expect(own.status == 200)
      #expect((own.json["value"] as? [[String: Any]])?.map { $0["id"] as? String } == [made.json["id"] as? String])
      #expect((other.json["value"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func `1.2 a task is told by its id, to its own app alone`() async throws {
    try await CloudBench.run {
      $0.apps.append(LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "shop", name: "ios"))
    } _: { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body())
      let id = made.json["id"] as? String ?? ""
      let own = try await bench.call("GET", "/\(id)")
      let shouted = try await bench.call("GET", "/\(id.uppercased())")
      let other = try await bench.get("\(CloudBench.tasks.replacing("/android/", with: "/ios/"))/\(id)")
      let none = try await bench.call("GET", "/00000000-0000-0000-0000-000000000000")

      #expect(own.status == 200 && own.json["id"] as? String == id)
      #expect(shouted.json["id"] as? String == id)
      #expect([other, none].map(CloudBench.Outcome.init) == [.init(404, "NotFound"), .init(404, "NotFound")])
    }
  }

  @Test func `1.3 activities are exported`() async throws {
    try await Self.makes("activities", "Activity", CloudBench.days)
  }

  @Test func `1.4 crashes are exported`() async throws { try await Self.makes("crashes", "Crash", CloudBench.days) }

  @Test func `1.5 errors are exported`() async throws { try await Self.makes("errors", "Error", CloudBench.days) }

  @Test func `1.6 events are exported`() async throws { try await Self.makes("events", "Event", CloudBench.days) }

  @Test func `1.7 jobs are exported`() async throws { try await Self.makes("jobs", "Job", CloudBench.days) }

  @Test func `1.8 sessions are exported`() async throws { try await Self.makes("sessions", "Session", CloudBench.days) }

  @Test func `1.9 tags are exported`() async throws { try await Self.makes("tags", "Tag") }

  @Test func `1.10 tokens are exported`() async throws { try await Self.makes("tokens", "Token") }

  @Test func `1.11 feedback is exported by date`() async throws {
    try await Self.makes("feedbackByDate", "Push", CloudBench.window)
  }

  @Test func `1.12 feedback is exported by campaign`() async throws {
    try await Self.makes("feedbackByCampaign", "Push", #""campaignType":"Poll","campaignIds":[151]"#)
  }

  @Test func `1.13 names in a path are compared without case, and every operation wants its version`() async throws {
    try await CloudBench.run { bench in
      let token = [("Authorization", "Bearer any")]
      let shouted = CloudBench.tasks.uppercased()
      let posted = try await bench.send(
        "POST", "\(shouted)/TAGS?API-VERSION=2014-12-01", headers: token + [("Content-Type", "application/json")],
        body: bench.body())
      let listed = try await bench.get(CloudBench.tasks.lowercased() + "/")
      #expect(posted.status == 202 && listed.status == 200)
      #expect((listed.json["value"] as? [Any])?.count == 1)

      for (method, tail) in [("GET", ""), ("GET", "/x"), ("POST", "/tags")] {
        let without = try await bench.send(method, CloudBench.tasks + tail, headers: token)
        #expect(CloudBench.Outcome(without) == .init(400, "MissingApiVersionParameter"))
      }
    }
  }

  @Test func `1.14 a POST is answered with 202, the task and its Location, which needs no polling`() async throws {
    try await CloudBench.run { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body())
      let id = made.json["id"] as? String ?? ""

      #expect(made.status == 202)
      #expect(
        made.headers["location"] == "\(bench.endpoints.managementURL)\(CloudBench.tasks)/\(id)?api-version=2014-12-01")
      #expect(made.headers["azure-asyncoperation"] == nil)
    }
  }

  @Test func `1.15 there is no cancelling, changing or deleting, and an answer says what there is`() async throws {
    try await CloudBench.run { bench in
      let id = try await bench.call("POST", "/tags", body: bench.body()).json["id"] as? String ?? ""
      for method in ["DELETE", "PATCH", "PUT"] {
        for (tail, allowed) in [("", "GET"), ("/\(id)", "GET"), ("/tags", "GET, POST"), ("/token", "GET")] {
          let answer = try await bench.call(method, tail, body: "{}")
          #expect(CloudBench.Outcome(answer) == .init(405, "MethodNotAllowed"))
          #expect(answer.headers["allow"] == allowed, "\(method) \(tail)")
        }
      }
      let list = try await bench.call("POST", "", body: bench.body())
      #expect(list.status == 405 && list.headers["allow"] == "GET")
      let devices = try await bench.call("POST", "/devices", body: bench.body())
      #expect(CloudBench.Outcome(devices) == .init(404, "NotFound"))
      #expect(try await bench.cloud.statistics().tasks == 1)
    }
  }

  @Test func `1.16 a GET of a kind is one of a task with that id`() async throws {
    try await CloudBench.run { bench in
      for kind in ["activities", "tags", "feedbackByDate"] {
        let answer = try await bench.call("GET", "/\(kind)")
        #expect(CloudBench.Outcome(answer) == .init(404, "NotFound"))
      }
    }
  }

  // MARK: The list

  /// Seven tasks, and the descriptions that a list with these options shows.
  private static func shown(
    _ bench: CloudBench, _ query: String
  ) async throws -> (texts: [String], answer: CloudBench.Answer) {
    let answer = try await bench.call("GET", query: query)
    let value = answer.json["value"] as? [[String: Any]] ?? []
    return (value.compactMap { $0["description"] as? String }, answer)
  }

  private static func withTasks(_ body: @escaping @Sendable (CloudBench) async throws -> Void) async throws {
    // So slow that every task stays as it was made.
    try await CloudBench.run {
      $0.speed = 0.001
    } _: { bench in
      for number in 0..<7 {
        _ = try await bench.call("POST", "/tags", body: bench.body(#""description":"\#(number)""#))
      }
      try await body(bench)
    }
  }

  @Test func `1.17 $skip leaves out the first, from none on`() async throws {
    try await Self.withTasks { bench in
      let order = "&$orderby=dateCreated"
      let none = try await Self.shown(bench, order + "&$skip=0").texts
      let some = try await Self.shown(bench, order + "&$skip=5").texts
      let all = try await Self.shown(bench, order + "&$skip=700").texts
      #expect(none == (0..<7).map(String.init))
      #expect(some == ["5", "6"])
      #expect(all == [])
      for wrong in ["-1", "x", "1.5", "", "%2B1"] {
        let answer = try await Self.shown(bench, "&$skip=\(wrong)").answer
        #expect(CloudBench.Outcome(answer) == .init(400, "BadRequest"), "\(wrong)")
      }
    }
  }

  @Test func `1.18 $top is from 1 to 40, and 20 unless it is said`() async throws {
    try await CloudBench.run {
      $0.speed = 0.001
    } _: { bench in
      for _ in 0..<41 { _ = try await bench.call("POST", "/tags", body: bench.body()) }
      for (query, count) in [("", 20), ("&$top=1", 1), ("&$top=40", 40)] {
        let answer = try await bench.call("GET", query: query)
        #expect((answer.json["value"] as? [Any])?.count == count)
      }
      for wrong in ["0", "41", "-3", "many"] {
        let answer = try await bench.call("GET", query: "&$top=\(wrong)")
        #expect(CloudBench.Outcome(answer) == .init(400, "BadRequest"), "\(wrong)")
      }
    }
  }

  @Test func `1.19 $orderby takes one property, and asc or desc`() async throws {
    try await Self.withTasks { bench in
      let texts = (0..<7).map(String.init)
      for name in ["dateCreated", "dateCreated%20asc", "DATECREATED", "dateCreated%20ASC"] {
        let found = try await Self.shown(bench, "&$orderby=\(name)").texts
        #expect(found == texts, "\(name)")
      }
      let down = try await Self.shown(bench, "&$orderby=dateCreated%20desc").texts
      #expect(down == texts.reversed())
      for name in ["taskId", "id"] {
        let (up, down) = (
          try await Self.shown(bench, "&$orderby=\(name)").answer,
          try await Self.shown(bench, "&$orderby=\(name)%20desc").answer
        )
        let ids = (up.json["value"] as? [[String: Any]])?.compactMap { $0["id"] as? String } ?? []
        #expect(ids.count == 7 && ids == ids.sorted())
        let other = (down.json["value"] as? [[String: Any]])?.compactMap { $0["id"] as? String }
        #expect(other == ids.reversed())
      }
      for name in ["errorDetails", "taskStatus", "state%20desc"] {
        let status = try await Self.shown(bench, "&$orderby=\(name)").answer.status
        #expect(status == 200, "\(name)")
      }
      for wrong in ["containerUrl", "id%20up", "id,state", "id%20asc%20desc", "", "description"] {
        let answer = try await Self.shown(bench, "&$orderby=\(wrong)").answer
        #expect(CloudBench.Outcome(answer) == .init(400, "BadRequest"), "\(wrong)")
      }
    }
  }

  @Test func `1.20 nextLink leads to every task once, and the last page has none`() async throws {
    try await Self.withTasks { bench in
      var next: String? = CloudBench.tasks + "?api-version=2014-12-01&$top=3&$orderby=dateCreated%20desc"
      var pages: [[String]] = []
      while let url = next {
        let page = try await bench.send("GET", url, headers: [("Authorization", "Bearer any")])
        #expect(page.status == 200)
        pages.append((page.json["value"] as? [[String: Any]])?.compactMap { $0["description"] as? String } ?? [])
        next = page.json["nextLink"] as? String
        if let next { #expect(next.hasPrefix(bench.endpoints.managementURL) && next.contains("api-version=")) }
      }
      #expect(pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]])
      let exact = try await bench.call("GET", query: "&$top=7")
      #expect(exact.json["nextLink"] == nil)
    }
  }
}
