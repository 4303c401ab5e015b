// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Testing

@testable import LocalCloud

/// Whole archives: manifests, snapshots that follow each other, and what is known already.
@Suite struct ArchiveTests {
  private static func token(_ device: String) -> String { #"[{"deviceId":"\#(device)","token":"t","type":"gcm"}]"# }

  @Test func `what was imported is known, wherever it lies`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    let day = #"[{"sessionId":"s","deviceId":"d","start":"2016-01-02T00:00:00Z"}]"#
    for name in ["a/session.json", "b/session.json", "b/other.json"] { try bench.write(day, to: name) }

    let first = try bench.take(["a/session.json"])
    let second = try bench.take(["a/session.json", "b"])

    #expect(first.files.map(\.status) == [.imported] && first.rows == 1)
    #expect(second.files.map(\.status) == [.known, .known, .known] && second.rows == 0)
    #expect(try bench.text(.session) == day)
  }

  @Test func `the last snapshot counts, also when it is the first again, and also when all are imported again`() throws
  {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    for (night, device) in [("2016-01-01", "a"), ("2016-01-02", "b"), ("2016-01-03", "a")] {
      try bench.write(Self.token(device), to: "token/\(night)/part-00000.json")
    }

    let outcome = try bench.take(["token"])
    let after = try bench.text(.token)
    let again = try bench.take(["token"])

    #expect(outcome.count(.imported) == 3 && again.count(.known) == 3)
    #expect(after == Self.token("a"))
    #expect(try bench.text(.token) == Self.token("a"))
    try bench.write("[]", to: "token/2016-01-04/part-00000.json")
    try bench.take(["token"])
    #expect(try bench.text(.token) == "[]")
  }

  @Test func `a tree of this program's tells its apps and datasets, and an export in two formats is one`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    func add(_ app: String, _ format: String, _ day: String, _ text: String?) throws {
      let place = "history/\(app)/event/\(format)/\(day)"
      let parts = text == nil ? "" : #"{"name":"part-00000.\#(format)","bytes":1}"#
      try bench.write(
        #"{"app":"\#(app)","dataset":"event","export":"history","format":"\#(format)","key":"k","manifest":1,"parts":[\#(parts)],"task":"t","window":"\#(day)"}"#,
        to: "\(place)/MANIFEST.json")
      if let text { try bench.write(text, to: "\(place)/part-00000.\(format)") }
    }
    let rows = #"[{"deviceId":"d","events":[{"name":"x","timestamp":"2016-01-02T01:00:00Z"}]}]"#
    try add("shop-ios", "json", "2016-01-02", rows)
    try add("shop-ios", "csv", "2016-01-02", "deviceId,name,timestamp\r\nd,x,2016-01-02T01:00:00Z\r\n")
    try add("shop-ios", "json", "2016-01-03", "[]")
    try add("shop-web", "csv", "2016-01-02", "deviceId,name,timestamp\r\nd,x,2016-01-02T01:00:00Z\r\n")
    try add("shop-tv", "json", "2016-01-02", nil)

    let outcome = try bench.take([""], to: [])

    #expect(outcome.files.map(\.app) == ["old/shop-ios", "old/shop-ios", "old/shop-web"], "\(outcome)")
    #expect(outcome.files.map(\.rows) == [1, 0, 1])
    var app = DataBench.archive
    for name in ["shop-ios", "shop-web"] {
      app.name = name
      #expect(try bench.text(.event, of: app) == rows)
    }
    #expect(try bench.store.apps().map(\.app.name) == ["shop-ios", "shop-tv", "shop-web"])
  }

  @Test func `a folder of a task is told by its manifest, and a part that is not there is told`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(
      #"{"exportType":"Crash","exportFormat":"CsvBlob","parts":[{"name":"part-00000.csv"},{"name":"part-00001.csv"}]}"#,
      to: "20160103T000000Z-t/manifest.json")
    try bench.write(
      "deviceId,name,timestamp\r\nd,x,2016-01-02T01:00:00Z\r\n", to: "20160103T000000Z-t/part-00000.csv")
    try bench.write("not named", to: "20160103T000000Z-t/part-00002.csv")

    let outcome = try bench.take(["20160103T000000Z-t"])

    #expect(outcome.files.map(\.dataset) == ["crash", nil])
    #expect(outcome.files.map(\.problem) == [nil, "the manifest names 'part-00001.csv', which is not there"])
  }

  @Test func `a manifest leads nowhere else, and a link that leads round is not followed`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(Self.token("a"), to: "secret.json")
    try bench.write(
      #"{"exportType":"Token","parts":[{"name":"../secret.json"}]}"#, to: "tasks/one/manifest.json")
    try bench.write(Self.token("b"), to: "tasks/two/token.json")
    try FileManager.default.createSymbolicLink(atPath: bench.path("tasks/two/round"), withDestinationPath: "..")
    try FileManager.default.createDirectory(
      atPath: bench.path("tasks/three/part-00000.json"), withIntermediateDirectories: true)
    try bench.write(#"{"exportType":"Tag","parts":[{"name":"part-00000.json"}]}"#, to: "tasks/three/manifest.json")

    let outcome = try bench.take(["tasks"])

    #expect(outcome.files.map(\.status) == [.bad, .bad, .imported])
    let problems = outcome.files.compactMap(\.problem)
    #expect(problems.first?.hasSuffix("tasks/one/../secret.json', which is not beside it") == true)
    #expect(problems.last == "the file cannot be read")
    #expect(try bench.text(.token) == Self.token("b"))
  }

  @Test func `an import leaves the seed open`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(Self.token("a"), to: "token.json")
    try bench.take(["token.json"])

    #expect(try bench.seed(seed: 7).seed == 7)
  }

  @Test func `a time that is null is none`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    let row = #"[{"sessionId":"s","deviceId":"d","start":null,"end":"2016-01-02"}]"#
    try bench.write(row, to: "session.json")
    try bench.take(["session.json"])

    #expect(try bench.text(.session) == row)
  }

  /// Over real sockets: the campaign list, and feedback in both ways.
  @Test func `an archive of feedback is served by the API`() async throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    let row = #"[{"deviceId":"a","campaignType":"Poll","campaignId":160,"status":["Queued"]}]"#
    try bench.write(row, to: "push.json")
    try bench.take(["push.json"], to: [CloudBench.app])

    try await CloudBench.with(folder.url) { cloud in
      let list = try await cloud.send(
        "GET",
        CloudBench.tasks.replacing("/devices/exportTasks", with: "/campaigns/polls?api-version=2014-12-01"),
        headers: [("Authorization", "Bearer any")])
      let campaigns = list.json["value"] as? [[String: Any]]
      #expect(campaigns?.map { $0["id"] as? Int } == [160] && campaigns?.first?["state"] as? String == "finished")
      for (kind, more) in [
        ("feedbackByCampaign", #""campaignIds":[160]"#),
        (
          "feedbackByDate",
          #""campaignWindowStart":"2016-12-01T00:00:00Z","campaignWindowEnd":"2016-12-02T00:00:00Z""#
        ),
      ] {
        let made = try await cloud.call("POST", "/\(kind)", body: cloud.body(#""campaignType":"Poll","# + more))
        _ = try await cloud.ended(made.json["id"] as? String ?? "")
      }
      let blobs = try await cloud.send("GET", cloud.staged("", "&restype=container&comp=list"))
      let names = blobs.text.matches(of: #/<Name>([^<]+part[^<]+)<\/Name>/#).map { String($0.1) }
      #expect(names.count == 2)
      for name in names {
        let part = try await cloud.send("GET", cloud.staged("/\(name)"))
        #expect(part.text == row)
      }
    }
  }

  @Test func `where columns fit several datasets, the path says which`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write("deviceId,name,timestamp\r\nd,x,2016-01-02T01:00:00Z\r\n", to: "old errors/2016.csv")
    try bench.write("[]", to: "old errors/2015.json")

    let outcome = try bench.take(["old errors"])

    #expect(outcome.files.map(\.dataset) == ["error", "error"] && outcome.files.map(\.rows) == [0, 1])
  }

  @Test func `feedback makes its campaigns, and a later file has the last word on those it names`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    func row(_ device: String, _ campaign: Int, _ kind: String = "Announcement") -> String {
      #"{"deviceId":"\#(device)","campaignType":"\#(kind)","campaignId":\#(campaign),"status":["Queued"]}"#
    }
    try bench.write("[\(row("a", 159)),\n\(row("a", 160))]", to: "push-1.json")
    try bench.write("[\(row("b", 160)),\n\(row("b", 161, "Poll"))]", to: "push-2.json")
    try bench.take(["push-1.json"])
    try bench.take(["push-2.json"])

    #expect(try bench.text(.push) == "[\(row("a", 159)),\n\(row("b", 160))]")
    #expect(try bench.text(.push) { $0.campaigns = [160] } == "[\(row("b", 160))]")
    #expect(try bench.text(.push) { $0.campaignKind = "Poll" } == "[\(row("b", 161, "Poll"))]")
    let campaigns = try bench.store.pool.read {
      try String.fetchAll($0, sql: "SELECT kind || ' ' || id || ' ' || name || ' ' || state FROM campaign ORDER BY id")
    }
    #expect(
      campaigns == [
        "Announcement 159 announcement-159 finished", "Announcement 160 announcement-160 finished",
        "Poll 161 poll-161 finished",
      ])
  }

  @Test func `nothing generated comes between`() async throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(Self.token("a"), to: "token.json")
    try bench.take(["token.json"])
    let store = try bench.store
    try store.makeApps([DataBench.archive], devices: 10)
    try await store.ensure(
      DataBench.day("2016-01-02")...DataBench.day("2016-01-02"), of: try store.app(path: DataBench.archive.path) ?? 0)

    for dataset in CloudDataset.allCases where dataset != .token {
      #expect(try bench.text(dataset) == "[]", "\(dataset)")
    }
    #expect(try bench.text(.event, "CsvBlob") == CloudDataset.event.columns.joined(separator: ",") + "\r\n")
  }

  /// Every time that the schema's pattern takes.
  @Test(arguments: [
    ("2016-01-02", 1_451_692_800_000), ("2016-01-02T10:00:00Z", 1_451_728_800_000),
    ("2016-01-02 10:00:00", 1_451_728_800_000), ("2016-01-02T10:00:00.1Z", 1_451_728_800_100),
    ("2016-01-02T10:00:00.123456789+01:30", 1_451_723_400_123), ("2016-01-02T10:00:00.Z", 1_451_728_800_000),
    ("2016-01-02T10:00:00-00:30", 1_451_730_600_000), ("2016-01-02Z", 1_451_692_800_000),
    ("2016-02-29T23:59:59", 1_456_790_399_000), ("1969-12-31T23:59:59Z", -1000),
  ])
  func `times are read in every form`(text: String, instant: Int64) {
    #expect(TimeText.instant(text) == instant)
  }

  @Test(arguments: [
    "", "2016", "2016-1-2", "2016-02-30", "2016-01-02T", "2016-01-02T24:00:00", "2016-01-02T10:60:00", "2016-01-02T10",
    "2016-01-02T10:00:00.1234567890Z", "2016-01-02T10:00:00+1", "2016-01-02T10:00:00ZZ", "2016-01-02x", "x2016-01-02",
  ])
  func `what is no time is none`(text: String) {
    #expect(TimeText.instant(text) == nil)
  }
}
