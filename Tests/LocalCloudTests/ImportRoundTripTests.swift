// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LocalCloud

/// An export that is imported and exported again is the same, byte for byte.
@Suite struct ImportRoundTripTests {
  private static func ending(_ format: String) -> String { format == "CsvBlob" ? "csv" : "json" }

  @Test(arguments: DataBench.every)
  func `an export of ours comes back as it was`(dataset: CloudDataset, format: String) throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    // Crashes are rare.
    try bench.seed(devices: dataset == .crash ? 150 : 25)
    let name = "\(dataset.word).\(Self.ending(format))"
    let made = try bench.text(dataset, format, of: DataBench.first, from: "2016-01-01", through: "2016-01-04")
    try bench.write(made, to: name)

    let outcome = try bench.take([name])

    let again = try bench.text(dataset, format, from: "2016-01-01", through: "2016-01-04")
    #expect(outcome.files.map(\.problem) == [nil])
    #expect(outcome.files.first?.dataset == dataset.word && made.utf8.count > 100)
    let isSame = again == made
    #expect(isSame, "\(again.prefix(400))\n\(made.prefix(400))")
  }

  /// The other format, too, is what the cloud would have exported itself.
  @Test(arguments: DataBench.every)
  func `an export of ours comes back in the other format as it would have been`(
    dataset: CloudDataset, format: String
  ) throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.seed(devices: dataset == .crash ? 150 : 25)
    let other = format == "CsvBlob" ? "JsonBlob" : "CsvBlob"
    let name = "\(dataset.word).\(Self.ending(format))"
    try bench.write(try bench.text(dataset, format, of: DataBench.first), to: name)
    try bench.take([name])

    let text = try bench.text(dataset, other)
    let isSame = try text == bench.text(dataset, other, of: DataBench.first)
    #expect(isSame, "\(text.prefix(400))")
  }

  @Test(arguments: DataBench.every.filter { !$0.0.isSnapshot })
  func `days of a file that holds several are each what they were`(dataset: CloudDataset, format: String) throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.seed(devices: dataset == .crash ? 150 : 25)
    let name = "\(dataset.word).\(Self.ending(format))"
    try bench.write(
      try bench.text(dataset, format, of: DataBench.first, from: "2016-01-01", through: "2016-01-04"), to: name)
    try bench.take([name])

    for day in ["2016-01-01", "2016-01-02", "2016-01-03", "2016-01-04", "2016-01-05"] {
      let isSame =
        try bench.text(dataset, format, from: day) == bench.text(dataset, format, of: DataBench.first, from: day)
      #expect(isSame, "\(day)")
    }
  }

  /// Each file, and what comes out of it: the same rows without the blanks between tokens.
  private static let spellings: [(dataset: CloudDataset, file: String, exported: String)] = [
    (
      .event,
      #"""
      [
        {"events": [{"extras": {"n": 1.50E+3, "z": -0, "t": "\u00e9\/é\n"}, "timestamp": "2016-01-02 10:00:00", "name": "a",
          "odd": [1, {"x": null}]}], "deviceId": "D-1", "userId": "u"},
        {"deviceId": "d2", "events": [{"name": "b", "timestamp": "2016-01-03T00:30:00+02:00"}, {"name": "", "timestamp":
          "2016-01-02"}]}
      ]
      """#,
      #"[{"events":[{"extras":{"n":1.50E+3,"z":-0,"t":"\u00e9\/é\n"},"timestamp":"2016-01-02 10:00:00","name":"a","odd":[1,{"x":null}]}],"deviceId":"D-1","userId":"u"},"#
        + "\n"
        + #"{"deviceId":"d2","events":[{"name":"b","timestamp":"2016-01-03T00:30:00+02:00"},{"name":"","timestamp":"2016-01-02"}]}]"#
    ),
    (
      .job,
      #"{"jobId":"j","name":"n","deviceId":"d","end":"2016-01-02T10:00:00.1234567Z","later":1e5}"# + "\n"
        + #"{"deviceId":"d","name":"n","jobId":"k","start":"2016-01-02T23:59:59","extras":{}}"# + "\n",
      #"[{"jobId":"j","name":"n","deviceId":"d","end":"2016-01-02T10:00:00.1234567Z","later":1e5},"# + "\n"
        + #"{"deviceId":"d","name":"n","jobId":"k","start":"2016-01-02T23:59:59","extras":{}}]"#
    ),
    (
      .push, #"[{"status":[],"campaignId":159,"campaignType":"Announcement","deviceId":"d","deviceId":"e"}]"#,
      #"[{"status":[],"campaignId":159,"campaignType":"Announcement","deviceId":"d","deviceId":"e"}]"#
    ),
    (
      .tag, "\u{FEFF}[ {\"tags\" : { } , \"deviceId\" : \"\\ud83d\\ude00\"} ]\n",
      #"[{"tags":{},"deviceId":"\ud83d\ude00"}]"#
    ),
  ]

  @Test(arguments: spellings)
  func `rows keep their members, their order and their spelling`(
    dataset: CloudDataset, file: String, exported: String
  ) throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(file, to: "some.json")

    let outcome = try bench.take(["some.json"])

    #expect(outcome.files.map(\.problem) == [nil])
    #expect(try bench.text(dataset) == exported)
  }

  @Test func `a table keeps its columns, and tells an empty text from nothing`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    let table =
      "extras,name,timestamp,deviceId,infoId,own\r\n"
      + "\"{\"\"a\"\":1.0}\",\"a,\"\"b\"\"\nc\",2016-01-02 08:00:00,d1,,\"\"\r\n" + ",x,2016-01-02,d1,i,7\r\n"
    try bench.write(table, to: "event.csv")

    let outcome = try bench.take(["event.csv"], dataset: "event")

    #expect(outcome.files.map(\.problem) == [nil])
    #expect(try bench.text(.event, "CsvBlob") == table)
    #expect(
      try bench.text(.event)
        == #"[{"deviceId":"d1","events":[{"extras":{"a":1.0},"name":"a,\"b\"\nc","timestamp":"2016-01-02 08:00:00","own":""},"#
        + #"{"name":"x","timestamp":"2016-01-02","infoId":"i","own":"7"}]}]"#)
  }

  @Test func `rows that differ in their members make one table`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(
      #"[{"deviceId":"a","token":"t","type":"gcm"},{"type":"x","more":{"k":[1]},"deviceId":"b","token":"u"}]"#,
      to: "token.json")
    try bench.take(["token.json"])

    #expect(
      try bench.text(.token, "CsvBlob")
        == "deviceId,token,type,more\r\na,t,gcm,\r\nb,u,x,\"{\"\"k\"\":[1]}\"\r\n")
  }

  @Test func `lines may end without carriage returns, and flags of feedback may stand with bars`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write("deviceId,campaignType,campaignId,status\nd,Announcement,159,Queued|Dropped\n", to: "push.csv")
    try bench.take(["push.csv"])

    #expect(
      try bench.text(.push)
        == #"[{"deviceId":"d","campaignType":"Announcement","campaignId":159,"status":["Queued","Dropped"]}]"#)
  }

  @Test func `small parts are the whole, each a document, and come back as they were`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.seed()
    for (dataset, format) in DataBench.every where dataset != .crash {
      let whole = try bench.parts(
        dataset, format, of: DataBench.first, from: "2016-01-01", through: "2016-01-04")
      let parts = try bench.parts(
        dataset, format, of: DataBench.first, from: "2016-01-01", through: "2016-01-04", limit: 600)
      #expect(whole.count == 1 && parts.count > 1, "\(dataset) \(format)")
      #expect(Self.joined(parts, format) == Self.joined(whole, format), "\(dataset) \(format)")

      for (index, part) in parts.enumerated() {
        let number = String(100_000 + index).dropFirst()
        try bench.write(part, to: "\(dataset.word)-\(format)/part-\(number).\(Self.ending(format))")
      }
      let archive = LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "old", name: format)
      try bench.take(["\(dataset.word)-\(format)"], to: [archive], dataset: dataset.word)
      let again = try bench.parts(
        dataset, format, of: archive, from: "2016-01-01", through: "2016-01-04", limit: 600)
      #expect(again == parts, "\(dataset) \(format)")
    }
  }

  /// Documents put together: arrays without the brackets between them, tables without the later headers.
  private static func joined(_ parts: [Data], _ format: String) -> String {
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    guard format == "JsonBlob" else {
      let header = texts[0].prefix(while: { $0 != "\r\n" })
      #expect(texts.allSatisfy { $0.hasPrefix(header) })
      return header + "\r\n" + texts.map { $0.dropFirst(header.count + 1) }.joined()
    }
    for part in parts { #expect((try? JSONSerialization.jsonObject(with: part)) is [Any]) }
    return "[" + texts.map { String($0.dropFirst().dropLast()) }.joined(separator: ",\n") + "]"
  }
}
