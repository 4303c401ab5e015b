// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LocalCloud

/// Errors and throttling (contract.md, section 3), and what clients that are there make of them (section 7).
@Suite struct ContractErrorTests {
  @Test func `3.1 an error is JSON, whatever is accepted`() async throws {
    try await CloudBench.run { bench in
      for accept in ["text/plain", "*/*", "application/xml"] {
        let answer = try await bench.get("\(CloudBench.tasks)/nothing", headers: [("Accept", accept)])
        #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
        #expect(CloudBench.Outcome(answer) == .init(404, "NotFound"))
      }
    }
  }

  @Test func `3.2 a request without a good token is refused with what it lacks, and told where to get one`()
    async throws
  {
    try await CloudBench.run {
      $0.strict = true
    } _: { bench in
      func list(_ authorization: String?) async throws -> CloudBench.Answer {
        try await bench.send(
          "GET", "\(CloudBench.tasks)?api-version=2014-12-01",
          headers: authorization.map { [("Authorization", $0)] } ?? [])
      }
      let scope = ("scope", "https://storage.azure.com/.default")
      let storage = try await bench.token(bench.client + [scope], v2: true).json["access_token"] as? String ?? ""
      let cases: [(String?, String)] = [
        (nil, "AuthenticationFailedMissingToken"), ("Basic eDp5", "AuthenticationFailedMissingToken"),
        ("Bearer ", "AuthenticationFailedMissingToken"), ("Bearer any", "InvalidAuthenticationToken"),
        ("Bearer \(storage)", "InvalidAuthenticationTokenAudience"),
      ]
      for (authorization, code) in cases {
        let answer = try await list(authorization)
        #expect(CloudBench.Outcome(answer) == .init(401, code))
        let challenge = answer.headers["www-authenticate"] ?? ""
        #expect(
          challenge.hasPrefix(
            "Bearer authorization_uri=\"https://login.windows.net/\(bench.endpoints.tenant)\", error=\"invalid_token\", error_description=\""
          ), "\(challenge)")
      }
    }
    try await CloudBench.run {
      $0.faults = [try FaultRule("list:401:x1")]
    } _: { bench in
      let answer = try await bench.call("GET")
      #expect(CloudBench.Outcome(answer) == .init(401, "InvalidAuthenticationToken"))
      #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer ") == true)
    }
  }

  @Test func `3.3 who may not is refused`() async throws {
    try await CloudBench.run {
      $0.faults = [try FaultRule("submit:403:x1")]
    } _: { bench in
      let answer = try await bench.call("POST", "/tags", body: bench.body())
      #expect(CloudBench.Outcome(answer) == .init(403, "AuthorizationFailed"))
    }
  }

  @Test func `3.4 queries and paths that cannot be are told apart`() async throws {
    try await CloudBench.run { bench in
      let token = [("Authorization", "Bearer any")]
      func outcome(_ url: String) async throws -> CloudBench.Outcome {
        CloudBench.Outcome(try await bench.send("GET", url, headers: token))
      }
      let missing = try await outcome(CloudBench.tasks)
      let empty = try await outcome(CloudBench.tasks + "?api-version=")
      let other = try await outcome(CloudBench.tasks + "?api-version=2015-01-01")
      let provider = try await outcome(
        CloudBench.tasks.replacing("Microsoft.MobileEngagement", with: "Microsoft.Web") + "?api-version=2014-12-01")
      let subscription = try await outcome(
        CloudBench.tasks.replacing("/s-1/", with: "/mine/") + "?api-version=2014-12-01")

      #expect(missing == .init(400, "MissingApiVersionParameter"))
      #expect(empty == .init(400, "MissingApiVersionParameter"))
      #expect(other == .init(400, "InvalidApiVersionParameter"))
      #expect(provider == .init(400, "NoRegisteredProviderFound"))
      #expect(subscription == .init(400, "InvalidSubscriptionId"))
    }
  }

  /// A part of the address, what stands in its place, and the code.
  private static let absent: [(String, String, String)] = [
    ("/s-1/", "/00000000-0000-0000-0000-00000000beef/", "SubscriptionNotFound"),
    ("/ME/", "/Other/", "ResourceGroupNotFound"), ("/shop/", "/pharmacy/", "ResourceNotFound"),
    ("/android/", "/windows/", "ResourceNotFound"), ("/exportTasks", "/importTasks", "InvalidResourceType"),
    ("/devices/exportTasks", "", "InvalidResourceType"), ("/appcollections/", "/collections/", "InvalidResourceType"),
    ("/exportTasks", "/exportTasks/a/b", "InvalidResourceType"),
  ]

  @Test func `3.5 what is not there is told by its kind, from the left`() async throws {
    try await CloudBench.run { bench in
      for (part, other, code) in Self.absent {
        let answer = try await bench.get(CloudBench.tasks.replacing(part, with: other))
        #expect(CloudBench.Outcome(answer) == .init(404, code), "\(other)")
      }
      let provider = "providers/Microsoft.MobileEngagement"
      let collections = try await bench.get(
        "/subscriptions/00000000-0000-0000-0000-00000000beef/\(provider)/appCollections")
      let group = try await bench.get("/subscriptions/s-1/resourceGroups/No/\(provider)/appcollections/shop/apps")
      let apps = try await bench.get("/subscriptions/s-1/resourceGroups/ME/\(provider)/appcollections/no/apps")
      #expect(CloudBench.Outcome(collections) == .init(404, "SubscriptionNotFound"))
      #expect(CloudBench.Outcome(group) == .init(404, "ResourceGroupNotFound"))
      #expect(CloudBench.Outcome(apps) == .init(404, "ResourceNotFound"))
    }
  }

  @Test func `3.7 a body that is no JSON is refused by its type, or by its content`() async throws {
    try await CloudBench.run { bench in
      for type in ["application/x-www-form-urlencoded", "text/json", "application/jsonp", "", "text/plain"] {
        let answer = try await bench.call("POST", "/tags", body: bench.body(), type: type)
        #expect(CloudBench.Outcome(answer) == .init(415, "UnsupportedMediaType"), "\(type)")
      }
      for type in ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"] {
        let answer = try await bench.call("POST", "/tags", body: bench.body(), type: type)
        #expect(answer.status == 202, "\(type)")
      }
      for body in ["", "{", "containerUrl=x", #"{"exportFormat":}"#, "{}{}"] {
        let answer = try await bench.call("POST", "/tags", body: body)
        #expect(CloudBench.Outcome(answer) == .init(400, "InvalidRequestContent"), "\(body)")
      }
      let large = #"{"description":"\#(String(repeating: "x", count: 1_100_000))"}"#
      let refused = try await bench.call("POST", "/tags", body: large)
      #expect(CloudBench.Outcome(refused) == .init(413, "RequestEntityTooLarge"))
    }
  }

  @Test func `3.8 a throttled request is told how long to wait`() async throws {
    try await CloudBench.run {
      $0.faults = try ["list:429:x1", "submit:throttle:1/h"].map { try FaultRule($0) }
    } _: {
      bench in
      let listed = try await bench.call("GET")
      _ = try await bench.call("POST", "/tags", body: bench.body())
      let posted = try await bench.call("POST", "/tags", body: bench.body())
      #expect(CloudBench.Outcome(listed) == .init(429, "TooManyRequests") && listed.headers["retry-after"] == "1")
      #expect(CloudBench.Outcome(posted) == .init(429, "TooManyRequests"))
      #expect(Int(posted.headers["retry-after"] ?? "") ?? 0 > 3000)
      #expect(try await bench.cloud.statistics().tasks == 1)
    }
  }

  @Test func `3.9 what breaks is told as the server's own fault`() async throws {
    try await CloudBench.run {
      $0.faults = try ["list:500:x1", "poll:503:x1"].map { try FaultRule($0) }
    } _: { bench in
      let broken = try await bench.call("GET")
      let unavailable = try await bench.call("GET", "/x")
      #expect(CloudBench.Outcome(broken) == .init(500, "InternalServerError"))
      #expect(CloudBench.Outcome(unavailable) == .init(503, "ServiceUnavailable"))
      #expect(unavailable.headers["retry-after"] == "1")
    }
  }

  @Test func `3.10 answers of a throttled API say how many calls are left`() async throws {
    try await CloudBench.run {
      $0.faults = [try FaultRule("list:throttle:5/h")]
    } _: { bench in
      let reads = "x-ms-ratelimit-remaining-subscription-reads"
      let writes = "x-ms-ratelimit-remaining-subscription-writes"
      let first = try await bench.call("GET")
      let second = try await bench.call("GET")
      let posted = try await bench.call("POST", "/tags", body: bench.body())
      #expect([first, second].map { $0.headers[reads] } == ["4", "3"])
      #expect(posted.headers[writes] != nil && posted.headers[reads] == nil)
    }
  }

  @Test func `3.11 every answer has the headers of Azure Resource Manager`() async throws {
    try await CloudBench.run { bench in
      let token = [("Authorization", "Bearer any")]
      let own = [("x-ms-client-request-id", "own-id"), ("x-ms-return-client-request-id", "true")]
      let collections = "/subscriptions/s-1/providers/Microsoft.MobileEngagement/appCollections"
      let answers = [
        try await bench.get(CloudBench.tasks, headers: own), try await bench.get("\(CloudBench.tasks)/x", headers: own),
        try await bench.send(
          "POST", "\(CloudBench.tasks)/tags?api-version=2014-12-01",
          headers: token + own + [("Content-Type", "application/json")], body: bench.body()),
        try await bench.send("GET", "\(CloudBench.tasks)?api-version=2014-12-01", headers: own),
        try await bench.send("DELETE", "\(CloudBench.tasks)?api-version=2014-12-01", headers: token + own),
        try await bench.get(collections, headers: own),
      ]
      #expect(answers.map(\.status) == [200, 404, 202, 401, 405, 200])
      for answer in answers {
        let id = answer.headers["x-ms-request-id"] ?? ""
        #expect(UUID(uuidString: id) != nil)
        #expect(answer.headers["x-ms-correlation-request-id"] == id)
        #expect(
          answer.headers["x-ms-routing-request-id"]?.wholeMatch(of: #/[A-Z]+:\d{8}T\d{6}Z:[0-9a-f\-]{36}/#) != nil)
        #expect(answer.headers["cache-control"] == "no-cache" && answer.headers["pragma"] == "no-cache")
        #expect(answer.headers["expires"] == "-1" && answer.headers["vary"] == "Accept-Encoding")
        #expect(answer.headers["x-ms-client-request-id"] == "own-id")
        #expect(answer.headers["strict-transport-security"] == nil)
        #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
      }
      let silent = try await bench.get(CloudBench.tasks, headers: [("x-ms-client-request-id", "own-id")])
      #expect(silent.headers["x-ms-client-request-id"] == nil)
      let ids = Set(answers.compactMap { $0.headers["x-ms-request-id"] })
      #expect(ids.count == answers.count)
    }
  }

  @Test func `3.12 a poller of the Location is answered with 200 from the first time on`() async throws {
    try await CloudBench.run {
      $0.speed = 0.001
    } _: { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body())
      let polled = try await bench.send(
        "GET", made.headers["location"] ?? "", headers: [("Authorization", "Bearer any")])
      #expect(polled.status == 200 && polled.json["state"] as? String == "Queued")
    }
  }

  // MARK: Clients

  @Test func `7.1 a blank of a query may be a plus`() async throws {
    try await CloudBench.run { bench in
      let listed = try await bench.call("GET", query: "&$orderby=dateCreated+desc")
      let filtered = try await bench.get(
        CloudBench.tasks.replacing("/devices/exportTasks", with: "/campaigns/polls"), "&$filter=state+eq+'finished'")
      #expect(listed.status == 200 && filtered.status == 200)
    }
  }

  @Test func `7.2 whatever is refused is refused in JSON`() async throws {
    try await CloudBench.run { bench in
      let listed = try await bench.call("GET", query: "&$skip=0&$top=20")
      #expect(listed.status == 200)
      for path in ["/", "/subscriptions", "/nothing", "/subscriptions/x/providers", "/x/oauth2/token"] {
        let answer = try await bench.send("PUT", path + "?api-version=2014-12-01")
        #expect(answer.status >= 400)
        #expect(answer.code != nil, "\(path) \(answer.text)")
      }
    }
  }
}
