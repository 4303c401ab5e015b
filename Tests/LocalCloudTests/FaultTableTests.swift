// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LocalCloud

/// Every fault does what its sentence says.
@Suite struct FaultTableTests {
  @Test func `every row of the table is a rule that the parser takes, with a sentence`() throws {
    #expect(FaultTable.entries.map(\.fault) == FaultRule.Fault.allCases)
    for entry in FaultTable.entries {
      #expect(entry.sentence.hasSuffix(".") && !entry.operations.isEmpty)
      for operation in FaultRule.Operation.allCases {
        let text = "\(operation.rawValue):" + entry.example.split(separator: ":").dropFirst().joined(separator: ":")
        let isTaken = (try? FaultRule(text)) != nil
        if isTaken { #expect(try FaultRule(text).description == text) }
        #expect(isTaken == entry.operations.contains(operation), "\(text)")
      }
      #expect(FaultTable.help.contains(entry.fault.rawValue))
    }
  }

  /// Binary fractions once showed, and a count of 0, which the parser does not take.
  @Test func `rules are shown as they are read, and not when nothing is left of them`() throws {
    for text in ["poll:503:0.07%", "poll:503:28.9%", "poll:503:2.5%:x2", "poll:503:0.0%"] {
      #expect(try FaultRule(text).description == text)
    }
    let faults = Faults([try FaultRule("poll:503:x1"), try FaultRule("list:503")], seed: 1)
    #expect(faults.draw(.poll, among: [.unavailable]) == .unavailable)
    #expect(faults.rules.map(\.description) == ["list:503"])
    #expect(faults.draw(.poll, among: [.unavailable]) == nil)
  }

  /// Requests of different kinds once drew from one stream, so that what struck followed from how they interleaved.
  @Test func `the same seed strikes the same requests of each kind, however they mix`() throws {
    let rules = try ["submit:500:30%", "poll:503:30%", "task:failed:50%"].map { try FaultRule($0) }
    let (one, two) = (Faults(rules, seed: 5), Faults(rules, seed: 5))
    let other = Faults(rules, seed: 6)
    func draw(_ faults: Faults, _ operation: FaultRule.Operation) -> Bool {
      faults.draw(operation, among: [.broken, .unavailable, .failed]) != nil
    }

    var mixed: [FaultRule.Operation: [Bool]] = [:]
    for _ in 0..<40 {
      for operation in [FaultRule.Operation.submit, .poll, .task] {
        mixed[operation, default: []].append(draw(one, operation))
      }
    }
    var apart: [FaultRule.Operation: [Bool]] = [:]
    for operation in [FaultRule.Operation.task, .submit, .poll] {
      apart[operation] = (0..<40).map { _ in draw(two, operation) }
    }

    #expect(mixed == apart)
    #expect(mixed[.submit]?.contains(true) == true && mixed[.submit]?.contains(false) == true)
    #expect(mixed[.submit] != (0..<40).map { _ in draw(other, .submit) })
  }

  @Test func `a slow answer comes all the same`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("list:slow:0.01:x1")]
    } _: { bench in
      let statuses = [try await bench.call("GET").status, try await bench.call("GET").status]
      #expect(statuses == [200, 200])
    }
  }

  @Test func `an expired signature fails a task as storage's own refusal would, and storage's own requests`()
    async throws
  {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("task:expired-sas:x1")]
    } _: { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body())
      let ended = try await bench.ended(made.json["id"] as? String ?? "")
      #expect((ended.json["errorDetails"] as? String)?.hasPrefix("AuthenticationFailed: ") == true, "\(ended.text)")
    }
    try await CloudBench.with(folder.url) {
      $0.faults = try ["blob:expired-sas:x1", "blob:skew:20:x1"].map { try FaultRule($0) }
    } _: { bench in
      for _ in 0..<2 {
        let refused = try await bench.send("GET", bench.staged("", "&restype=container&comp=list"))
        #expect(
          refused.status == 403 && refused.headers["x-ms-error-code"] == "AuthenticationFailed", "\(refused.text)")
      }
      #expect(try await bench.send("GET", bench.staged("", "&restype=container&comp=list")).status == 200)
    }
  }

  @Test(arguments: [20, -90])
  func `a task by another clock is made, and ends, by that clock`(minutes: Int) async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("task:skew:\(minutes):x1")]
    } _: { bench in
      let before = CloudTime.now
      let made = try await bench.call("POST", "/tags", body: bench.body())
      let ended = try await bench.ended(made.json["id"] as? String ?? "")

      let created = try #require((ended.json["dateCreated"] as? String).flatMap(CloudTime.instant))
      let completed = try #require((ended.json["dateCompleted"] as? String).flatMap(CloudTime.instant))
      #expect(abs(created - before - Int64(minutes) * 60_000) < 120_000)
      #expect(completed >= created && ended.json["state"] as? String == "Succeeded")
    }
  }

  /// The files that a task leaves, by name, and its manifest.
  private static func files(_ fault: String, format: String = "JsonBlob") async throws -> [String: Data] {
    let folder = CloudFolder()
    let found = Found()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("task:\(fault)")]
    } _: { bench in
      let range = #""startDate":"2016-12-01","endDate":"2016-12-01""#
      let made = try await bench.call("POST", "/events", body: bench.body(range, format: format))
      _ = try await bench.ended(made.json["id"] as? String ?? "")
      let list = try await bench.send("GET", bench.staged("", "&restype=container&comp=list"))
      for name in list.text.matches(of: #/<Name>([^<]+)<\/Name>/#).map({ String($0.1) }) {
        found.files[URL(fileURLWithPath: name).lastPathComponent] = try await bench.send(
          "GET", bench.staged("/\(name)")
        ).body
      }
    }
    return found.files
  }

  /// Written by one task, read after it has ended.
  private final class Found: @unchecked Sendable { var files: [String: Data] = [:] }

  private static func bytes(of name: String, by manifest: Data?) throws -> Int? {
    let json = try JSONSerialization.jsonObject(with: manifest ?? Data()) as? [String: Any]
    let parts = json?["parts"] as? [[String: Any]] ?? []
    return parts.first { $0["name"] as? String == name }?["bytes"] as? Int
  }

  @Test func `an empty file has no bytes, and its manifest says so`() async throws {
    let files = try await Self.files("empty-file")
    #expect(files["part-00000.json"]?.isEmpty == true)
    #expect(try Self.bytes(of: "part-00000.json", by: files["manifest.json"]) == 0)
  }

  @Test func `half a gzip begins as one`() async throws {
    let file = try #require(try await Self.files("half-gzip")["part-00000.json.gz"])
    #expect(file.prefix(3) == Data([0x1F, 0x8B, 8]) && file.count > 15 && file[15] == UInt8(ascii: "["))
  }

  @Test func `files of another dataset hold sessions`() async throws {
    let file = try #require(try await Self.files("wrong-dataset")["part-00000.json"])
    let rows = try #require(try JSONSerialization.jsonObject(with: file) as? [[String: Any]])
    #expect(rows.first?["start"] != nil && rows.first?["events"] == nil)
  }

  @Test func `rows out of the window are of the day before`() async throws {
    let text = String(decoding: try await Self.files("out-of-window")["part-00000.json"] ?? Data(), as: UTF8.self)
    #expect(text.contains(#""timestamp":"2016-11-30T"#) && text.contains(#""timestamp":"2016-12-01T"#))
  }

  @Test(arguments: DataBench.formats)
  func `the first row stands there twice`(format: String) async throws {
    let good = try await Self.files("failed:0%", format: format)
    let bad = try await Self.files("duplicate-rows", format: format)
    let name = format == "CsvBlob" ? "part-00000.csv" : "part-00000.json"
    let (whole, longer) = (good[name] ?? Data(), bad[name] ?? Data())

    #expect(whole.count < longer.count && longer.count < whole.count + 2000)
    guard format == "CsvBlob" else {
      let rows = try #require(try JSONSerialization.jsonObject(with: longer) as? [[String: Any]])
      let first = try #require(rows.first?["events"] as? [[String: Any]])
      #expect(first.count >= 2 && first[0]["timestamp"] as? String == first[1]["timestamp"] as? String)
      return
    }
    let lines = String(decoding: longer, as: UTF8.self).components(separatedBy: "\r\n")
    #expect(lines[1] == lines[2])
  }

  @Test func `what is not asked for with control has no control`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      #expect(bench.endpoints.controlURL == nil)
      let status = try await bench.send("GET", "/_control/statistics").status
      #expect(status == 404)
    }
    try await CloudBench.with(folder.url) {
      $0.control = true
    } _: { bench in
      for description in ["outhaul:1:k1:1", "outhaul:1:k1:1", "outhaul:1:k2:1", "nightly", "nightly"] {
        _ = try await bench.call("POST", "/tags", body: bench.body(#""description":"\#(description)""#))
      }
      let counted = try await bench.send("GET", "\(try #require(bench.endpoints.controlURL))/statistics").json

      #expect(
        Set(counted.keys) == [
          "duplicates", "live_duplicates", "most_live", "most_live_by_app", "most_live_by_collection", "requests",
          "tasks", "tasks_by_description",
        ])
      #expect(counted["tasks"] as? Int == 5)
      #expect(counted["duplicates"] as? [String: Int] == ["outhaul:1:k1:1": 2])
      #expect((counted["requests"] as? [String: Int])?["submit"] == 5)
    }
  }

  @Test func `more than one live task of a key is told, and one after the other is not`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.speed = 0.001
    } _: { bench in
      for description in ["outhaul:1:k1:1", "outhaul:1:k1:2", "outhaul:1:k2:1"] {
        _ = try await bench.call("POST", "/tags", body: bench.body(#""description":"\#(description)""#))
      }
      let counted = try await bench.cloud.statistics()
      #expect(counted.liveDuplicates == ["k1": 2] && counted.duplicates.isEmpty)
    }
    try await CloudBench.with(folder.url) { bench in
      for description in ["outhaul:1:k3:1", "outhaul:1:k3:2"] {
        let made = try await bench.call("POST", "/tags", body: bench.body(#""description":"\#(description)""#))
        _ = try await bench.ended(made.json["id"] as? String ?? "")
      }
      let counted = try await bench.cloud.statistics()
      #expect(counted.liveDuplicates["k3"] == nil)
    }
  }
}
