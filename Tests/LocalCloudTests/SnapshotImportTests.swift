// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Testing

@testable import LocalCloud

/// Which files are one snapshot, which snapshot is the last, and what of all is served.
@Suite struct SnapshotImportTests {
  private static func token(_ device: String) -> String { #"{"deviceId":"\#(device)","token":"t","type":"gcm"}"# }

  /// Without a manifest, the second file took the place of the first.
  @Test(arguments: [
    ["2016/part-00000.json", "2016/part-00001.json"], ["2016/export_0.json", "2016/export_1.json"],
    ["2016/a.json", "2016/b.json"], ["a.json", "b.json"],
  ])
  func `files of one snapshot in one folder are one, whatever they are called`(names: [String]) throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write("[\(Self.token("a"))]", to: names[0])
    try bench.write("[\(Self.token("b"))]", to: names[1])

    let outcome = try bench.take([""])
    let again = try bench.take([""])

    #expect(outcome.count(.imported) == 2 && outcome.rows == 2, "\(outcome)")
    #expect(again.count(.known) == 2)
    #expect(try bench.text(.token) == "[\(Self.token("a")),\n\(Self.token("b"))]")
  }

  @Test func `as tables as well, and a part without rows belongs to the others`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    for (index, device) in ["a", "b"].enumerated() {
      try bench.write("deviceId,token,type\r\n\(device),t,gcm\r\n", to: "2016/export_\(index).csv")
    }
    try bench.write(#"[{"deviceId":"a","tags":{}}]"#, to: "2016/export_0.json")
    try bench.write("[]", to: "2016/export_1.json")

    let outcome = try bench.take(["2016"])

    #expect(outcome.files.map(\.dataset) == ["token", "token", "tag", "tag"], "\(outcome)")
    #expect(try bench.text(.token) == "[\(Self.token("a")),\n\(Self.token("b"))]")
    #expect(try bench.text(.tag) == #"[{"deviceId":"a","tags":{}}]"#)
  }

  @Test func `a part of a snapshot that cannot be read leaves out the others`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write("[\(Self.token("a"))]", to: "2016/export_0.json")
    try bench.write("[{\"devi", to: "2016/export_1.json")
    try bench.write("no rows", to: "2016/notes.json")

    let outcome = try bench.take(["2016"])

    #expect(outcome.files.map(\.status) == [.bad, .bad, .bad])
    #expect(outcome.files.first?.problem == "left out, because 'export_1.json' of the same snapshot is bad")
  }

  /// What had no parts was never known: its second import took away what was served.
  @Test func `a snapshot without parts takes the place of earlier ones once`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    func add(_ night: String, _ device: String?) throws {
      let part = device == nil ? "" : #"{"name":"part-00000.json"}"#
      try bench.write(#"{"exportType":"Token","parts":[\#(part)]}"#, to: "tasks/\(night)/manifest.json")
      if let device { try bench.write("[\(Self.token(device))]", to: "tasks/\(night)/part-00000.json") }
    }
    try add("1", "a")
    try add("2", nil)
    try bench.take(["tasks"])
    let empty = try bench.text(.token)
    try add("3", "b")

    try bench.take(["tasks"])
    let outcome = try bench.take(["tasks"])

    #expect(empty == "[]")
    #expect(outcome.files.map(\.status) == [.known, .known] && outcome.files.map(\.served) == [0, nil])
    #expect(try bench.text(.token) == "[\(Self.token("b"))]")
  }

  /// Files of one name were one file.
  @Test(arguments: [["nights"], ["nights/1", "nights/2", "nights/3"]], ["tokens.json", "token/part-00000.json"])
  func `the last snapshot counts, also when it is the first again under the same name`(
    paths: [String], name: String
  ) throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    for (night, device) in [("1", "a"), ("2", "b"), ("3", "a")] {
      try bench.write("[\(Self.token(device))]", to: "nights/\(night)/\(name)")
    }

    let outcome = try bench.take(paths)
    let again = try bench.take(paths)

    #expect(outcome.files.map(\.status) == [.imported, .imported, .imported])
    #expect(outcome.files.map(\.served) == [0, 0, nil] && outcome.rows == 1)
    #expect(again.files.map(\.status) == [.known, .known, .known] && again.files.map(\.served) == [0, 0, nil])
    #expect(try bench.text(.token) == "[\(Self.token("a"))]")
  }

  @Test func `what is counted is what is served`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    func row(_ device: String, _ campaign: Int) -> String {
      #"{"deviceId":"\#(device)","campaignType":"Poll","campaignId":\#(campaign),"status":[]}"#
    }
    try bench.write("[\(row("a", 1)),\(row("a", 2))]", to: "1/push.json")
    try bench.write("[\(row("b", 2))]", to: "2/push.json")
    for part in 0...1 { try bench.write("[\(Self.token("a"))]", to: "same/export_\(part).json") }

    let outcome = try bench.take([""])

    #expect(outcome.files.map { $0.served ?? $0.rows } == [1, 1, 1, 0], "\(outcome)")
    #expect(outcome.rows == 3)
  }

  @Test func `a history that is imported with other content says that it adds up`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    func rows(_ count: Int) -> String {
      "[" + (0..<count).map { #"{"sessionId":"\#($0)","deviceId":"d","start":"2016-01-02"}"# }.joined(separator: ",")
        + "]"
    }
    try bench.write(rows(1), to: "session.json")
    let first = try bench.take(["session.json"])
    try bench.write(rows(2), to: "session.json")

    let second = try bench.take(["session.json"])

    #expect(first.files.first?.remark == nil)
    #expect(second.files.first?.remark == "it was imported before with other content: the rows of both add up")
  }

  @Test func `another app than the manifest's is said, and taken`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(#"{"exportType":"Token","app":"shop","parts":[{"name":"part-00000.json"}]}"#, to: "t/manifest.json")
    try bench.write("[\(Self.token("a"))]", to: "t/part-00000.json")

    let outcome = try bench.take(["t"])

    #expect(outcome.files.map(\.remark) == ["the manifest beside it says the app 'shop'"])
    #expect(outcome.files.map(\.app) == ["old/app"])
  }

  /// Folders above what was given were taken for the file's own name, and for its dataset's.
  @Test func `only what was given, and what lies below, tells what a file is`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write("[\(Self.token("a"))]", to: "error/old.csv.d/token.json")
    try bench.write("deviceId,name,timestamp\r\nd,x,2016-01-02\r\n", to: "error/old.csv.d/a.csv")

    let outcome = try bench.take(["error/old.csv.d"])

    #expect(outcome.files.map(\.status) == [.bad, .imported])
    #expect(outcome.files.first?.problem == "the columns fit event, error, crash: say which with --dataset")
  }

  @Test func `a folder without exports is told`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write("text", to: "notes/readme.txt")

    let error = #expect(throws: ArchivePathError.self) { try bench.take(["notes"]) }

    #expect(error?.description.hasSuffix("notes' has no export files: expected .json, .ndjson, .jsonl or .csv") == true)
  }
}
