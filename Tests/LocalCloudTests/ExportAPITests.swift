// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

@Suite struct ExportAPITests {
  @Test(arguments: [
    ("activities", "Activity", true), ("crashes", "Crash", true), ("errors", "Error", true), ("events", "Event", true),
    ("jobs", "Job", true), ("sessions", "Session", true), ("tags", "Tag", false), ("tokens", "Token", false),
  ])
  func `every kind makes a task whose files arrive`(kind: String, type: String, isRange: Bool) async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let range = isRange ? #""startDate":"2016-12-01","endDate":"2016-12-02","# : ""
      let made = try await bench.call("POST", "/\(kind)", body: bench.body(range + #""description":"nightly""#))

      #expect(made.status == 202)
      let id = try #require(made.json["id"] as? String)
      #expect(made.json["state"] as? String == "Queued")
      #expect(made.json["exportType"] as? String == type)
      #expect(made.json["description"] as? String == "nightly")
      #expect(
        made.headers["location"] == "\(bench.endpoints.managementURL)\(CloudBench.tasks)/\(id)?api-version=2014-12-01")
      #expect(!made.text.contains("sig="))

      let ended = try await bench.ended(id)
      #expect(ended.json["state"] as? String == "Succeeded", "\(ended.text)")
      #expect(ended.json["dateCompleted"] != nil)

      let list = try await bench.send(
        "GET", bench.staged("", "&restype=container&comp=list&prefix=\(type.lowercased())/"))
      let names = list.text.matches(of: #/<Name>([^<]+)<\/Name>/#).map { String($0.1) }
      #expect(
        names.count == 2 && names[0].hasSuffix("-\(id)/manifest.json") && names[1].hasSuffix("-\(id)/part-00000.json"))
      let part = try await bench.send("GET", bench.staged("/\(names[1])"))
      let rows = try #require(try JSONSerialization.jsonObject(with: part.body) as? [[String: Any]])
      #expect(!rows.isEmpty || type == "Crash")
      for text in part.text.matches(of: #/"(?:timestamp|start)":"([^"]+)"/#).map({ String($0.1) }) {
        #expect(text >= "2016-12-01T00:00:00.000Z" && text < "2016-12-03T00:00:00.000Z")
      }
    }
  }

  @Test func `push feedback goes by window and by campaign`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let window =
        #""campaignType":"Announcement","campaignWindowStart":"2016-12-01T00:00:00Z","campaignWindowEnd":"2016-12-02T00:00:00Z""#
      let byDate = try await bench.call("POST", "/feedbackByDate", body: bench.body(window))
      let byCampaign = try await bench.call(
        "POST", "/feedbackByCampaign", body: bench.body(#""campaignType":"Poll","campaignIds":[151]"#))

      for answer in [byDate, byCampaign] {
        #expect(answer.json["exportType"] as? String == "Push", "\(answer.text)")
        #expect(try await bench.ended(answer.json["id"] as? String ?? "").json["state"] as? String == "Succeeded")
      }
    }
  }

  @Test func `CSV has a header and a row for each leaf`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let made = try await bench.call(
        "POST", "/events", body: bench.body(#""startDate":"2016-12-01","endDate":"2016-12-01""#, format: "CsvBlob"))
      _ = try await bench.ended(made.json["id"] as? String ?? "")
      let list = try await bench.send("GET", bench.staged("", "&restype=container&comp=list&prefix=event/"))
      let name = try #require(list.text.matches(of: #/<Name>([^<]+csv)<\/Name>/#).first.map { String($0.1) })

      let lines = try await bench.send("GET", bench.staged("/\(name)")).text.components(separatedBy: "\r\n")

      #expect(lines[0] == "deviceId,name,timestamp,infoId,sessionId,locationId,extras")
      #expect(lines.count > 10)
      #expect(lines[1].split(separator: ",")[2].hasPrefix("2016-12-01T"))
    }
  }

  /// Method, tail, body, status, code.
  @Test(arguments: [
    ("POST", "/token", "{}", 404, "NotFound"), ("POST", "/devices", "{}", 404, "NotFound"),
    ("POST", "/tags", "[]", 400, "BadRequest"), ("POST", "/tags", "{\"exportFormat\":\"JsonBlob\"}", 400, "BadRequest"),
    ("POST", "/tags", "{\"containerUrl\":\"https://a.example/c\",\"exportFormat\":\"JsonBlob\"}", 400, "BadRequest"),
    (
      "POST", "/tags", "{\"containerUrl\":\"https://a.example/c?se=2016-01-01&sig=x\",\"exportFormat\":\"JsonBlob\"}",
      400, "BadRequest"
    ),
    ("POST", "/tags", "SAS Xml", 400, "BadRequest"), ("POST", "/events", "SAS JsonBlob", 400, "BadRequest"),
    ("GET", "/activities", "", 404, "NotFound"), ("DELETE", "", "", 405, "MethodNotAllowed"),
    ("PUT", "/tags", "{}", 405, "MethodNotAllowed"),
  ])
  func `wrong requests are refused as the contract says`(
    method: String, tail: String, body: String, status: UInt, code: String
  ) async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let sent = body.hasPrefix("SAS ") ? bench.body(format: String(body.dropFirst(4))) : body
      let answer = try await bench.call(method, tail, body: sent.isEmpty ? nil : sent)

      #expect(answer.status == status, "\(answer.text)")
      #expect(answer.code == code)
      #expect(try await bench.cloud.statistics().tasks == 0)
    }
  }

  @Test func `versions, tokens, types of bodies and unknown apps are checked`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let token = [("Authorization", "Bearer any")]
      #expect(try await bench.send("GET", CloudBench.tasks, headers: token).code == "MissingApiVersionParameter")
      #expect(
        try await bench.send("GET", "\(CloudBench.tasks)?api-version=2015-01-01", headers: token).code
          == "InvalidApiVersionParameter")
      let noToken = try await bench.send("GET", "\(CloudBench.tasks)?api-version=2014-12-01")
      #expect(noToken.status == 401 && noToken.headers["www-authenticate"]?.hasPrefix("Bearer ") == true)
      #expect(
        try await bench.call("POST", "/tags", body: "a=b", type: "application/x-www-form-urlencoded").status == 415)
      let other = CloudBench.tasks.replacing("/android/", with: "/windows/")
      #expect(try await bench.send("GET", "\(other)?api-version=2014-12-01", headers: token).status == 404)
      #expect(
        try await bench.send(
          "GET",
          "\(CloudBench.tasks.uppercased().replacing("/SUBSCRIPTIONS", with: "/subscriptions"))?api-version=2014-12-01",
          headers: token
        ).status == 200)
    }
  }

  @Test func `the list has pages, orders and bounds`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      for number in 0..<45 {
        _ = try await bench.call("POST", "/tags", body: bench.body(#""description":"task \#(number)""#))
      }
      var seen: [String] = []
      var next: String? =
        "\(bench.endpoints.managementURL)\(CloudBench.tasks)?api-version=2014-12-01&$top=20&$orderby=dateCreated%20desc"
      while let url = next {
        let page = try await bench.send("GET", url, headers: [("Authorization", "Bearer any")])
        let value = try #require(page.json["value"] as? [[String: Any]])
        seen += value.compactMap { $0["description"] as? String }
        next = page.json["nextLink"] as? String
      }

      #expect(seen == (0..<45).reversed().map { "task \($0)" })
      for query in ["&$top=0", "&$top=41", "&$skip=-1", "&$top=x", "&$orderby=containerUrl", "&$orderby=id%20up"] {
        #expect(try await bench.call("GET", query: query).status == 400, "\(query)")
      }
    }
  }

  @Test func `the Device export is an extension`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.extended = true
    } _: { bench in
      let made = try await bench.call("POST", "/devices", body: bench.body())

      #expect(made.json["exportType"] as? String == "Device")
      #expect(try await bench.ended(made.json["id"] as? String ?? "").json["state"] as? String == "Succeeded")
    }
  }

  @Test func `a container that refuses makes a failed task with storage's own code`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let wrong = bench.endpoints.stagingSAS.replacing("sp=rwl", with: "sp=rl")
      let made = try await bench.call("POST", "/tags", body: #"{"containerUrl":"\#(wrong)","exportFormat":"JsonBlob"}"#)

      let ended = try await bench.ended(made.json["id"] as? String ?? "")

      #expect(ended.json["state"] as? String == "Failed")
      #expect((ended.json["errorDetails"] as? String)?.hasPrefix("AuthenticationFailed: ") == true, "\(ended.text)")
    }
  }

  @Test func `a restart keeps tasks, and ends what was under way, on another port`() async throws {
    let folder = CloudFolder()
    let ids = IDs()
    try await CloudBench.with(folder.url) {
      $0.speed = 0.001
    } _: { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body())
      ids.value = made.json["id"] as? String ?? ""
    }
    try await CloudBench.with(folder.url) { bench in
      let ended = try await bench.ended(ids.value)
      let counted = try await bench.cloud.statistics()
      #expect(ended.json["state"] as? String == "Succeeded")
      #expect(counted.tasks == 1)
    }
  }

  @Test func `an answer that is lost leaves one task`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("submit:lost-answer:x1")]
    } _: { bench in
      await #expect(throws: (any Error).self) {
        try await bench.call("POST", "/tags", body: bench.body(#""description":"once""#))
      }
      let counted = try await bench.cloud.statistics()
      let second = try await bench.call("POST", "/tags", body: bench.body())

      #expect(counted.tasksByDescription == ["once": 1])
      #expect(second.status == 202)
    }
  }

  @Test func `faults are drawn by operation, chance and count`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = try ["list:429:x2", "list:503:0%"].map { try FaultRule($0) }
    } _: { bench in
      let first = try await bench.call("GET")
      #expect(first.status == 429 && first.headers["retry-after"] == "1" && first.code == "TooManyRequests")
      let second = try await bench.call("GET").status
      let third = try await bench.call("GET").status
      #expect([second, third] == [429, 200])
    }
    for text in ["", "submit", "submit:nothing", "nobody:429", "submit:429:5", "submit:429:101%"] {
      #expect(throws: FaultRuleError.self) { try FaultRule(text) }
    }
  }

  @Test func `the same seed makes the same bytes, and another seed others`() async throws {
    func part(_ seed: UInt64) async throws -> Data {
      let folder = CloudFolder()
      let found = IDs()
      try await CloudBench.with(folder.url) {
        $0.seed = seed
      } _: { bench in
        let made = try await bench.call(
          "POST", "/events", body: bench.body(#""startDate":"2016-12-03","endDate":"2016-12-03""#))
        _ = try await bench.ended(made.json["id"] as? String ?? "")
        let list = try await bench.send("GET", bench.staged("", "&restype=container&comp=list"))
        let name = list.text.matches(of: #/<Name>([^<]+part[^<]+)<\/Name>/#).first.map { String($0.1) } ?? ""
        found.value = try await bench.send("GET", bench.staged("/\(name)")).text
      }
      return Data(found.value.utf8)
    }
    let one = try await part(7)

    #expect(one.count > 1000)
    #expect(try await part(7) == one)
    #expect(try await part(8) != one)
  }

  /// A text that a sendable closure hands out.
  final class IDs: @unchecked Sendable {
    // Written by one task, read after it has ended.
    var value = ""
  }

  /// Exports once held the connections that requests waited for on every thread there was.
  @Test func `exports of many apps at once leave requests their way`() async throws {
    let folder = CloudFolder()
    let names = (0..<24).map { "app-\($0)" }
    try await CloudBench.with(folder.url) { configuration in
      configuration.apps = names.map {
        LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "shop", name: $0)
      }
    } _: { bench in
      let states = try await withThrowingTaskGroup(of: String.self) { group in
        for name in names {
          group.addTask {
            let tasks = CloudBench.tasks.replacing("/apps/android/", with: "/apps/\(name)/")
            let made = try await bench.send(
              "POST", "\(tasks)/tags?api-version=2014-12-01",
              headers: [("Authorization", "Bearer any"), ("Content-Type", "application/json")], body: bench.body())
            return try await bench.ended(made.json["id"] as? String ?? "", of: tasks).json["state"] as? String ?? ""
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }

      #expect(states == [String](repeating: "Succeeded", count: names.count))
    }
  }
}
