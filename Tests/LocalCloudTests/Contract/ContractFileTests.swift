// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// What exports hold (contract.md, section 5, and rows 1 to 11 of section 8).
@Suite struct ContractFileTests {
  private typealias Row = [String: Any]

  private static let days = CloudBench.days
  private static var guid: Regex<Substring> { #/[0-9a-f]{32}/# }
  private static var time: Regex<Substring> { #/2016-12-0[12]T\d\d:\d\d:\d\d\.\d{3}Z/# }

  /// Whether members are there, of these forms: `g` an id, `t` a time, `s` a text, `o` an object.
  private static func has(_ row: Row, _ members: [String: Character]) -> Bool {
    members.allSatisfy { name, form in
      guard form != "o" else { return row[name] is [String: Any] }
      guard let text = row[name] as? String else { return false }
      return switch form {
      case "g": text.wholeMatch(of: guid) != nil
      case "t": text.wholeMatch(of: time) != nil
      default: !text.isEmpty
      }
    }
  }

  private static let occurrence: [String: Character] = [
    "name": "s", "timestamp": "t", "infoId": "g", "sessionId": "g", "locationId": "g", "extras": "o",
  ]

  private static func leaves(_ rows: [Row], _ member: String) -> [Row] {
    rows.flatMap { $0[member] as? [Row] ?? [] }
  }

  @Test func `5.2 every row of every documented export has its members`() async throws {
    try await CloudBench.run { bench in
      let activities = try await bench.rows("activities", Self.days)
      #expect(!activities.isEmpty && activities.allSatisfy { Self.has($0, ["sessionId": "g"]) })
      let shown = Self.leaves(activities, "activities")
      #expect(!shown.isEmpty && shown.allSatisfy { Self.has($0, ["name": "s", "timestamp": "t", "extras": "o"]) })

      let events = try await bench.rows("events", Self.days)
      #expect(!events.isEmpty && events.allSatisfy { Self.has($0, ["deviceId": "g"]) })
      let happened = Self.leaves(events, "events")
      #expect(!happened.isEmpty && happened.allSatisfy { Self.has($0, Self.occurrence) })

      let sessions = try await bench.rows("sessions", Self.days)
      #expect(!sessions.isEmpty)
      #expect(
        sessions.allSatisfy {
          Self.has($0, ["sessionId": "g", "start": "t", "deviceId": "g", "infoId": "g", "locationId": "g", "end": "s"])
        })
      let jobs = try await bench.rows("jobs", Self.days)
      #expect(!jobs.isEmpty)
      #expect(
        jobs.allSatisfy {
          Self.has($0, ["jobId": "g", "name": "s", "deviceId": "g", "infoId": "g", "start": "t", "extras": "o"])
        })

      let flags: Set<String> = [
        "None", "Queued", "Dropped", "InAppNotificationDisplayed", "InAppNotificationActioned",
        "InAppNotificationExited", "SystemNotificationDisplayed", "SystemNotificationActioned",
        "SystemNotificationExited", "ContentDisplayed", "ContentActioned", "ContentExited",
      ]
      let pushes = try await bench.rows("feedbackByDate", CloudBench.window)
      #expect(!pushes.isEmpty)
      for push in pushes {
        let status = push["status"] as? [String] ?? []
        #expect(Self.has(push, ["deviceId": "g"]) && push["campaignId"] is Int)
        #expect(push["campaignType"] as? String == "Announcement")
        #expect(!status.isEmpty && flags.isSuperset(of: status) && Set(status).count == status.count)
      }
      let tokens = try await bench.rows("tokens")
      #expect(!tokens.isEmpty && tokens.allSatisfy { Self.has($0, ["deviceId": "g", "token": "s", "type": "s"]) })
    }
  }

  @Test func `5.4 extras and tags keep their limits`() async throws {
    try await CloudBench.run { bench in
      let events = Self.leaves(try await bench.rows("events", Self.days), "events")
      let jobs = try await bench.rows("jobs", Self.days)
      let bags = (events + jobs).compactMap { $0["extras"] as? Row }
      let tags = try await bench.rows("tags").compactMap { $0["tags"] as? Row }
      #expect(!bags.isEmpty && !tags.isEmpty)
      for bag in bags + tags {
        #expect(bag.count <= 200)
        #expect(bag.keys.allSatisfy { $0.wholeMatch(of: #/[A-Za-z0-9_]{1,64}/#) != nil })
        #expect(bag.values.allSatisfy { !($0 is [Any]) && !($0 is Row) })
      }
      #expect((events + jobs).allSatisfy { ($0["name"] as? String ?? "").count <= 64 })
    }
  }

  // MARK: Choices

  @Test func `8.1 a task has a folder of its own, and its manifest tells of its parts`() async throws {
    try await CloudBench.run { bench in
      let task = try await bench.export("events", Self.days)
      let list = try await bench.send("GET", bench.staged("", "&restype=container&comp=list")).text
      let names = list.matches(of: #/<Name>([^<]+)<\/Name>/#).map { String($0.1) }
      let created = (task.json["dateCreated"] as? String ?? "").filter { $0 != "-" && $0 != ":" }
      let folder = "event/\(created)-\(task.json["id"] as? String ?? "")/"
      #expect(names == [folder + "manifest.json", folder + "part-00000.json"])

      let files = try await bench.files(of: task)
      let manifest = try #require(files["manifest.json"]).json
      let part = try #require(files["part-00000.json"])
      #expect(manifest["taskId"] as? String == task.json["id"] as? String)
      #expect(manifest["exportType"] as? String == "Event" && manifest["exportFormat"] as? String == "JsonBlob")
      #expect(manifest["startDate"] as? String == "2016-12-01" && manifest["endDate"] as? String == "2016-12-02")
      let told = try #require((manifest["parts"] as? [Row])?.first)
      #expect(told["name"] as? String == "part-00000.json" && told["bytes"] as? Int == part.body.count)
      #expect(told["md5"] as? String == part.headers["content-md5"])
      let rows = try #require(try JSONSerialization.jsonObject(with: part.body) as? [Row])
      #expect(told["rows"] as? Int == Self.leaves(rows, "events").count)
    }
  }

  @Test func `8.2 there is at least one part, also of nothing`() async throws {
    try await CloudBench.run { bench in
      for format in ["JsonBlob", "CsvBlob"] {
        let task = try await bench.export(
          "events", #""startDate":"1999-01-01","endDate":"1999-01-02""#, format: format)
        let files = try await bench.files(of: task)
        #expect(files.count == 2, "\(files.keys)")
      }
    }
  }

  @Test func `8.2 an export that is larger than a part has several, each a document of its own`() async throws {
    let size = 3000
    try await CloudBench.run {
      $0.partSize = Int64(size)
    } _: { bench in
      let files = try await bench.files(of: try await bench.export("sessions", Self.days))
      let manifest = try #require(files["manifest.json"]?.json["parts"] as? [[String: Any]])
      let names = manifest.compactMap { $0["name"] as? String }
      #expect(names == (0..<names.count).map { String(format: "part-%05d.json", $0) } && names.count > 1)
      #expect(Set(files.keys) == Set(names + ["manifest.json"]))
      var ids: [String] = []
      for (name, told) in zip(names, manifest) {
        let body = try #require(files[name]?.body)
        let rows = try #require(try JSONSerialization.jsonObject(with: body) as? [Row])
        #expect(told["rows"] as? Int == rows.count && told["bytes"] as? Int == body.count)
        #expect(name == names.last || body.count >= size)
        ids += rows.compactMap { $0["sessionId"] as? String }
      }
      #expect(Set(ids).count == ids.count && !ids.isEmpty)
    }
  }

  @Test func `8.3 files are as their names say, without compression`() async throws {
    try await CloudBench.run { bench in
      for (format, name, type) in [
        ("JsonBlob", "part-00000.json", "application/json"), ("CsvBlob", "part-00000.csv", "text/csv"),
      ] {
        let files = try await bench.files(of: try await bench.export("tags", format: format))
        let part = try #require(files[name])
        #expect(part.headers["content-type"] == type && part.headers["content-encoding"] == nil)
        #expect(part.body.prefix(2) != Data([0x1F, 0x8B]))
      }
    }
  }

  @Test func `8.4 JSON is one array of UTF-8, and of nothing it is an empty one`() async throws {
    try await CloudBench.run { bench in
      let full = try await bench.files(of: try await bench.export("tags"))["part-00000.json"]
      let text = try #require(full).text
      #expect(text.hasPrefix("[") && text.hasSuffix("]") && !text.hasPrefix("\u{FEFF}"))
      let empty = try await bench.files(
        of: try await bench.export("events", #""startDate":"1999-01-01","endDate":"1999-01-02""#))
      #expect(empty["part-00000.json"]?.text == "[]")
    }
  }

  @Test func `8.5 a row of tags has a device and flat values`() async throws {
    try await CloudBench.run { bench in
      let rows = try await bench.rows("tags")
      #expect(!rows.isEmpty && rows.allSatisfy { Self.has($0, ["deviceId": "g", "tags": "o"]) && $0.count == 2 })
    }
  }

  @Test func `8.6 crashes are as events, under their own name`() async throws {
    try await CloudBench.run { bench in
      let rows = try await bench.rows("crashes", #""startDate":"2016-01-01","endDate":"2016-03-31""#)
      let crashes = Self.leaves(rows, "crashes")
      #expect(!crashes.isEmpty && rows.allSatisfy { Self.has($0, ["deviceId": "g"]) })
      let members = Set(["name", "timestamp", "infoId", "extras"])
      #expect(crashes.allSatisfy { members.isSubset(of: $0.keys) })
    }
  }

  @Test func `8.7 errors are as events, under their own name`() async throws {
    try await CloudBench.run { bench in
      let errors = Self.leaves(try await bench.rows("errors", Self.days), "errors")
      #expect(!errors.isEmpty && errors.allSatisfy { Self.has($0, Self.occurrence) })
    }
  }

  @Test func `8.8 devices are exported where that is asked for, and nowhere else`() async throws {
    try await CloudBench.run { bench in
      let refused = try await bench.call("POST", "/devices", body: bench.body())
      #expect(CloudBench.Outcome(refused) == .init(404, "NotFound"))
    }
    try await CloudBench.run {
      $0.extended = true
    } _: { bench in
      let task = try await bench.export("devices")
      #expect(task.json["exportType"] as? String == "Device" && task.json["state"] as? String == "Succeeded")
      let rows = try await bench.rows("devices")
      #expect(!rows.isEmpty)
      #expect(
        rows.allSatisfy { Self.has($0, ["deviceId": "g", "meta": "o", "info": "o", "location": "o", "appInfo": "o"]) })
      #expect(rows.allSatisfy { ($0["meta"] as? Row)?["firstSeen"] is Int })
    }
  }

  @Test func `8.9 CSV is that of RFC 4180, with a header and a row for each leaf`() async throws {
    try await CloudBench.run { bench in
      let headers = [
        "activities": "sessionId,name,timestamp,extras",
        "events": "deviceId,name,timestamp,infoId,sessionId,locationId,extras",
        "sessions": "sessionId,start,end,deviceId,infoId,locationId",
        "jobs": "jobId,start,end,name,deviceId,infoId,extras", "tags": "deviceId,tags", "tokens": "deviceId,token,type",
      ]
      for (kind, header) in headers {
        let range = ["tags", "tokens"].contains(kind) ? "" : Self.days
        let task = try await bench.export(kind, range, format: "CsvBlob")
        let files = try await bench.files(of: task)
        let text = try #require(files["part-00000.csv"]).text
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines.first == header && lines.last == "", "\(kind)")
        #expect(!text.replacing("\r\n", with: "").contains("\n"))
        let rows = (files["manifest.json"]?.json["parts"] as? [Row])?.first?["rows"] as? Int
        #expect(rows == lines.count - 2 && lines.count > 10, "\(kind)")
      }
    }
  }

  @Test func `8.10 times are UTC with milliseconds`() async throws {
    try await CloudBench.run { bench in
      let jobs = try await bench.rows("jobs", Self.days)
      let times = jobs.flatMap { [$0["start"] as? String ?? "", $0["end"] as? String ?? ""] }
      #expect(!times.isEmpty)
      #expect(times.allSatisfy { $0.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil })
    }
  }

  @Test func `8.11 ids of data are 32 digits, and those of tasks are grouped`() async throws {
    try await CloudBench.run { bench in
      let task = try await bench.export("tokens")
      let id = task.json["id"] as? String ?? ""
      #expect(id.wholeMatch(of: #/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#) != nil)
      let rows = try await bench.rows("tokens")
      #expect(rows.allSatisfy { ($0["deviceId"] as? String)?.wholeMatch(of: Self.guid) != nil })
    }
  }
}
