// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// Definitions: what is taken, and what is answered (contract.md, section 2).
@Suite struct ContractDefinitionTests {
  /// Posts each body, made of members that stand for themselves, and expects 400 of all.
  private static func refused(_ kind: String, _ bodies: [String]) async throws {
    try await CloudBench.run { bench in
      for body in bodies {
        let sent = body.replacing("SAS", with: bench.endpoints.stagingSAS)
        let answer = try await bench.call("POST", "/\(kind)", body: sent)
        #expect(CloudBench.Outcome(answer) == .init(400, "BadRequest"), "\(body)")
        #expect(!answer.text.contains("sig="))
      }
      #expect(try await bench.cloud.statistics().tasks == 0)
    }
  }

  private static func taken(_ kind: String, _ bodies: [String]) async throws {
    try await CloudBench.run { bench in
      for body in bodies {
        let sent = body.replacing("SAS", with: bench.endpoints.stagingSAS)
        let answer = try await bench.call("POST", "/\(kind)", body: sent)
        #expect(answer.status == 202, "\(body) \(answer.text)")
      }
    }
  }

  @Test func `2.1 a task has no state but the four`() async throws {
    try await CloudBench.run { bench in
      let bad = bench.endpoints.stagingSAS.replacing("sp=rwl", with: "sp=rl")
      let posted = [bench.body(), #"{"containerUrl":"\#(bad)","exportFormat":"JsonBlob"}"#]
      var seen: Set<String> = []
      for body in posted {
        let made = try await bench.call("POST", "/tags", body: body)
        seen.insert(made.json["state"] as? String ?? "")
        seen.insert(try await bench.ended(made.json["id"] as? String ?? "").json["state"] as? String ?? "")
      }
      #expect(seen == ["Queued", "Succeeded", "Failed"])
    }
    try await CloudBench.run {
      // It waits for nothing, and runs for ever.
      $0.life.startDelay = 0...0
      $0.life.runTime = 1e9...1e9
    } _: { bench in
      let id = try await bench.call("POST", "/tags", body: bench.body()).json["id"] as? String ?? ""
      var state = "Queued"
      while state == "Queued" { state = try await bench.call("GET", "/\(id)").json["state"] as? String ?? "" }
      #expect(state == "Started")
    }
  }

  @Test func `2.2 types are those of the enumeration, and feedback is Push`() async throws {
    try await CloudBench.run { bench in
      var types: Set<String> = []
      for kind in ["activities", "tags", "crashes", "errors", "events", "jobs", "sessions", "tokens"] {
        let more = ["tags", "tokens"].contains(kind) ? "" : CloudBench.days
        types.insert(
          try await bench.call("POST", "/\(kind)", body: bench.body(more)).json["exportType"] as? String ?? kind)
      }
      let byDate = try await bench.call("POST", "/feedbackByDate", body: bench.body(CloudBench.window))
      types.insert(byDate.json["exportType"] as? String ?? "")
      #expect(types == ["Activity", "Tag", "Crash", "Error", "Event", "Job", "Session", "Token", "Push"])
    }
  }

  @Test func `2.3 a format is JsonBlob or CsvBlob, spelled so`() async throws {
    try await Self.refused(
      "tags",
      ["Xml", "jsonblob", "JSONBLOB", "", "Json"].map { #"{"containerUrl":"SAS","exportFormat":"\#($0)"}"# }
        + [#"{"containerUrl":"SAS","exportFormat":1}"#])
    try await Self.taken("tags", ["JsonBlob", "CsvBlob"].map { #"{"containerUrl":"SAS","exportFormat":"\#($0)"}"# })
  }

  @Test func `2.4 a campaign's type is one of the four, spelled so`() async throws {
    func body(_ type: String) -> String {
      #"{"containerUrl":"SAS","exportFormat":"JsonBlob","campaignType":\#(type),"campaignIds":[1]}"#
    }
    try await Self.refused(
      "feedbackByCampaign", [#""poll""#, #""Letter""#, "4", "null", #""DataPush ""#].map(body))
    try await Self.taken(
      "feedbackByCampaign", ["Announcement", "DataPush", "NativePush", "Poll"].map { body(#""\#($0)""#) })
  }

  @Test func `2.5 days, instants and addresses that are none are refused`() async throws {
    let start = #"{"containerUrl":"SAS","exportFormat":"JsonBlob","#
    let days = [
      "2016-02-30", "2016-13-01", "16-01-01", "2016-1-1", "2016-12-01T00:00:00Z", "01/12/2016", "", "2015-02-29",
      "2016-12-0１",
    ]
    try await Self.refused("events", days.map { start + #""startDate":"\#($0)","endDate":"2016-12-31"}"# })
    try await Self.refused("events", days.map { start + #""startDate":"2014-12-01","endDate":"\#($0)"}"# })
    let instants = ["2016-12-01", "2016-12-01T25:00:00Z", "yesterday", "2016-12-01T00:00:00+99:00", "", "1480550400"]
    try await Self.refused(
      "feedbackByDate",
      instants.map {
        start
          + #""campaignType":"Poll","campaignWindowStart":"\#($0)","campaignWindowEnd":"2017-01-01T00:00:00Z"}"#
      })
    try await Self.refused(
      "tags",
      ["", "exports", "/exports?sig=x", "ftp://a.example/c?sig=x"].map {
        #"{"containerUrl":"\#($0)","exportFormat":"JsonBlob"}"#
      })
    try await Self.taken("events", [start + #""startDate":"2016-02-29","endDate":"2016-02-29"}"#])
  }

  @Test func `2.6 a snapshot wants a container and a format, and takes a description`() async throws {
    try await Self.refused(
      "tags",
      [
        "{}", #"{"exportFormat":"JsonBlob"}"#, #"{"containerUrl":"SAS"}"#,
        #"{"containerUrl":7,"exportFormat":"JsonBlob"}"#, #"{"containerUrl":null,"exportFormat":"JsonBlob"}"#,
        #"{"containerUrl":["SAS"],"exportFormat":"JsonBlob"}"#,
        #"{"containerUrl":"SAS","exportFormat":"JsonBlob","description":5}"#,
        #"{"containerUrl":"SAS","exportFormat":"JsonBlob","description":{"a":1}}"#, "[]", #""text""#, "1", "null",
      ])
    try await Self.taken(
      "tokens",
      [
        #"{"containerUrl":"SAS","exportFormat":"JsonBlob"}"#,
        #"{"containerUrl":"SAS","exportFormat":"CsvBlob","description":"nightly"}"#,
        #"{"containerUrl":"SAS","exportFormat":"CsvBlob","description":"","more":[{"unknown":1.5}]}"#,
      ])
  }

  @Test func `2.7 a history wants both its days, in order`() async throws {
    let start = #"{"containerUrl":"SAS","exportFormat":"JsonBlob""#
    for kind in ["activities", "crashes", "errors", "events", "jobs", "sessions"] {
      try await Self.refused(
        kind,
        [
          "\(start)}", #"\#(start),"startDate":"2016-12-01"}"#, #"\#(start),"endDate":"2016-12-01"}"#,
          #"\#(start),"startDate":"2016-12-02","endDate":"2016-12-01"}"#,
          #"\#(start),"startDate":20161201,"endDate":"2016-12-01"}"#,
          #"{"exportFormat":"JsonBlob","startDate":"2016-12-01","endDate":"2016-12-01"}"#,
        ])
    }
  }

  @Test func `2.8 feedback by date wants a type and both ends of its window`() async throws {
    let start = #"{"containerUrl":"SAS","exportFormat":"JsonBlob""#
    let (from, to) = (
      #""campaignWindowStart":"2016-12-01T00:00:00Z""#, #""campaignWindowEnd":"2016-12-02T00:00:00Z""#
    )
    try await Self.refused(
      "feedbackByDate",
      [
        "\(start)}", #"\#(start),"campaignType":"Poll"}"#, #"\#(start),"campaignType":"Poll",\#(from)}"#,
        #"\#(start),"campaignType":"Poll",\#(to)}"#, "\(start),\(from),\(to)}",
        #"\#(start),"campaignType":"Poll",\#(from),"campaignWindowEnd":5}"#,
      ])
    try await Self.taken("feedbackByDate", [#"\#(start),"campaignType":"Poll",\#(from),\#(to)}"#])
  }

  @Test func `2.9 feedback by campaign wants at least one id, and whole numbers only`() async throws {
    func body(_ ids: String) -> String {
      #"{"containerUrl":"SAS","exportFormat":"JsonBlob","campaignType":"Poll","campaignIds":\#(ids)}"#
    }
    try await Self.refused(
      "feedbackByCampaign",
      [
        #"{"containerUrl":"SAS","exportFormat":"JsonBlob","campaignType":"Poll"}"#, body("[]"), body("159"),
        body(#"["159"]"#), body("[1.5]"), body("[true]"), body("[null]"), body("[1,[2]]"), body("{}"),
        body("[99999999999999999999]"),
      ])
    try await Self.taken("feedbackByCampaign", [body("[159]"), body("[159,160,9007199254740993]")])
  }

  @Test func `2.10 a task is told with its members, and with none of what it was asked`() async throws {
    try await CloudBench.run { bench in
      let made = try await bench.call(
        "POST", "/events", body: bench.body(CloudBench.days + #","description":"nightly""#))
      let bare = try await bench.call("POST", "/tags", body: bench.body())
      let ended = try await bench.ended(made.json["id"] as? String ?? "")

      #expect(Set(made.json.keys) == ["id", "state", "dateCreated", "exportType", "description"])
      #expect(Set(bare.json.keys) == ["id", "state", "dateCreated", "exportType"])
      #expect(Set(ended.json.keys) == ["id", "state", "dateCreated", "dateCompleted", "exportType", "description"])
      for name in ["dateCreated", "dateCompleted"] {
        let text = ended.json[name] as? String ?? ""
        #expect(text.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#) != nil, "\(name) \(text)")
      }
    }
  }

  @Test func `2.11 a list has a value, also where there is nothing`() async throws {
    try await CloudBench.run { bench in
      let empty = try await bench.call("GET")
      #expect(empty.json.keys.sorted() == ["value"] && (empty.json["value"] as? [Any])?.isEmpty == true)
      let made = try await bench.call("POST", "/tags", body: bench.body())
      _ = try await bench.ended(made.json["id"] as? String ?? "")
      let listed = (try await bench.call("GET").json["value"] as? [[String: Any]])?.first ?? [:]
      let told = try await bench.call("GET", "/\(made.json["id"] as? String ?? "")").json
      #expect(NSDictionary(dictionary: listed) == NSDictionary(dictionary: told))
    }
  }

  @Test func `2.12 an error has a code and a message, and nothing else`() async throws {
    try await CloudBench.run { bench in
      let answer = try await bench.call("GET", "/nothing")
      let error = answer.json["error"] as? [String: Any] ?? [:]
      #expect(answer.json.keys.sorted() == ["error"])
      #expect(error.keys.sorted() == ["code", "message"] && error["message"] is String)
    }
  }

  @Test func `2.13 exportOptions change nothing of a published operation`() async throws {
    try await CloudBench.run { bench in
      let plain = try await bench.rows("tokens")
      let asked = try await bench.rows("tokens", #""exportOptions":{"exportUserId":true}"#)
      let odd = try await bench.call("POST", "/tokens", body: bench.body(#""exportOptions":5"#))
      #expect(!plain.isEmpty && plain.count == asked.count)
      #expect(asked.allSatisfy { $0["userId"] == nil })
      #expect(odd.status == 202)
    }
  }
}
