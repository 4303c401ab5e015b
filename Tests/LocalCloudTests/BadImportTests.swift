// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Testing

@testable import LocalCloud

/// What is wrong with a file is told with its place, and nothing of it stays.
@Suite struct BadImportTests {
  struct Bad: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var line: Int?
    var row: Int?
    var problem: String
    var dataset: String?

    var testDescription: String { "\(name): \(problem)" }
  }

  private static let good = #"{"deviceId":"a","token":"t","type":"gcm"}"#
  private static let event = #"{"name":"x","timestamp":"2016-01-02T00:00:00Z"}"#

  static let files: [Bad] = [
    Bad(
      name: "a.json", text: "", problem: "the file is empty: an export without rows is [] or a line of columns"),
    Bad(name: "a.csv", text: "", problem: "the file is empty: an export without rows is [] or a line of columns"),
    Bad(name: "a.json", text: "\u{1F}\u{8B}", problem: "the file is compressed: gunzip it first"),
    Bad(name: "a.csv", text: "\u{1F}\u{8B}", problem: "the file is compressed: gunzip it first"),
    Bad(
      name: "a.json", text: "[]", problem: "there are no rows that tell the dataset: say --dataset"),
    Bad(name: "a.json", text: "[\(good)", line: 1, problem: "the file ends early: expected ',' or ']'"),
    Bad(
      name: "a.json", text: "[\(good),\n{\"deviceId\":\"b\",\"tok", line: 2,
      problem: "the file ends early: expected the end of a text"),
    Bad(name: "a.json", text: "[\(good)]\n[]", line: 2, problem: "found '[', expected the end of the file"),
    Bad(name: "a.json", text: "[\(good),]", line: 1, problem: "found ']', expected an object"),
    Bad(name: "a.json", text: "[1]", line: 1, problem: "found '1', expected an object"),
    Bad(name: "a.json", text: "[{\"token\":01}]", line: 1, problem: "'01' is no number of JSON"),
    Bad(name: "a.json", text: "[{\"token\":tru}]", line: 1, problem: "found 'tru', expected a value"),
    Bad(name: "a.json", text: "[{\"token\":\"\\x\"}]", line: 1, problem: "an escape in a text is none of JSON's"),
    Bad(
      name: "a.json", text: "[\n{\"token\":\"a\nb\"}]", line: 2,
      problem: "a text holds a control character, which JSON wants escaped"),
    Bad(
      name: "a.json", text: "[{\"token\":" + String(repeating: "[", count: 70), line: 1,
      problem: "values are nested deeper than 64"),
    Bad(
      name: "a.json", text: "[\(good),\n{\"deviceId\":\"b\",\"token\":1,\"type\":\"gcm\"}]", line: 2, row: 2,
      problem: "'token' is no text"),
    Bad(
      name: "a.json", text: "[\(good),\n{\"deviceId\":\"b\",\"token\":\"t\"}]", line: 2, row: 2,
      problem: "'type' is missing"),
    Bad(
      name: "a.json", text: "[\(good),\n{\"deviceId\":\"b\",\"tags\":{}}]", line: 2, row: 2,
      problem: "the rows are of tag, not of token"),
    Bad(
      name: "a.json", text: "[\(good)]", line: 1, row: 1, problem: "the rows are of token, not of event",
      dataset: "event"),
    Bad(name: "a.json", text: "[{\"a\":1}]", line: 1, row: 1, problem: "the rows are of no known dataset"),
    Bad(
      name: "a.json",
      text: "[{\"deviceId\":\"d\",\"events\":[\(event),\n{\"name\":\"x\",\"timestamp\":\"2016-02-30\"}]}]",
      line: 2, row: 2, problem: "'timestamp' is no time: '2016-02-30'"),
    Bad(name: "a.json", text: "[{\"events\":[\(event)]}]", line: 1, problem: "'deviceId' is missing"),
    Bad(
      name: "a.json", text: "[{\"jobId\":\"j\",\"name\":\"n\",\"deviceId\":\"d\"}]", line: 1, row: 1,
      problem: "there is no 'start' and no 'end', so the row belongs to no day"),
    Bad(
      name: "a.json", text: "[{\"deviceId\":\"d\",\"campaignType\":\"Mail\",\"campaignId\":1,\"status\":[]}]", line: 1,
      row: 1, problem: "'campaignType' is 'Mail', expected Announcement, Poll, DataPush, NativePush"),
    Bad(
      name: "a.json", text: "[{\"deviceId\":\"d\",\"campaignType\":\"Poll\",\"campaignId\":1.5,\"status\":[]}]",
      line: 1,
      row: 1, problem: "'campaignId' is no integer"),
    Bad(
      name: "a.csv", text: "deviceId,name,timestamp\r\n", line: 1,
      problem: "the columns fit event, error, crash: say which with --dataset"),
    Bad(name: "a.csv", text: "a,b\r\n", line: 1, problem: "the rows are of no known dataset"),
    Bad(name: "a.csv", text: "deviceId,token,token\r\n", line: 1, problem: "the column 'token' stands there twice"),
    Bad(name: "a.csv", text: "deviceId,token\r\n", line: 1, problem: "'type' is missing"),
    Bad(
      name: "a.csv", text: "deviceId,token,type\r\na,b,c\r\na,b\r\n", line: 3, row: 2,
      problem: "found 2 cells, expected 3"),
    Bad(
      name: "a.csv", text: "deviceId,token,type\r\na,b\"c,d\r\n", line: 2, row: 1,
      problem: "a quote stands in the middle of a cell: quoted cells double it"),
    Bad(
      name: "a.csv", text: "deviceId,token,type\r\na,\"b,c\r\n", line: 3, row: 1,
      problem: "the file ends early: expected the end of a quoted cell"),
    Bad(
      name: "a.csv", text: "deviceId,tags\r\na,{]\r\n", line: 2, row: 1, problem: "'tags' is no JSON"),
    Bad(
      name: "a.csv", text: "deviceId,name,timestamp\r\na,b,yesterday\r\n", line: 2, row: 1,
      problem: "'timestamp' is no time: 'yesterday'", dataset: "event"),
  ]

  @Test(arguments: files)
  func `a bad file is told, and leaves nothing`(bad: Bad) throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(Self.bytes(bad.text), to: bad.name)
    try bench.write("[\(Self.good)]", to: "good/good.json")

    let outcome = try bench.take([bad.name, "good/good.json"], dataset: bad.dataset)

    let file = try #require(outcome.files.first)
    #expect(
      file.status == .bad && file.problem == bad.problem && file.line == bad.line && file.row == bad.row, "\(file)")
    let left = try bench.store.pool.read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM import_row WHERE file IN (SELECT id FROM import_file WHERE name LIKE '%/a.%')")
        ?? -1
    }
    #expect(left == 0)
    if bad.dataset == nil { #expect(outcome.files.last?.status == .imported) }
  }

  /// Bytes that are no text stand as the scalars of their numbers.
  private static func bytes(_ text: String) -> Data {
    text.hasPrefix("\u{1F}") ? Data([0x1F, 0x8B]) : Data(text.utf8)
  }

  @Test func `bytes of UTF-16 are told, and a tab before the rows or a blank last line is nothing`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(Data([0xFF, 0xFE, 0x5B, 0]), to: "a/a.json")
    try bench.write("\t[\(Self.good)]", to: "b/a.json")
    try bench.write("deviceId,token,type\r\na,b,c\r\n\r\n", to: "c/a.csv")
    try bench.write("deviceId,token,type\r\na,b,c\r\n\r\na,b,c\r\n", to: "d/a.csv")

    let outcome = try bench.take(["a", "b", "c", "d"])

    #expect(
      outcome.files.map(\.problem) == ["the bytes are not UTF-8", nil, nil, "found 1 cells, expected 3"], "\(outcome)")
  }

  /// The published form leaves the name open.
  @Test func `a crash needs no name`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    let rows = #"[{"deviceId":"d","crashes":[{"timestamp":"2016-01-02T00:00:00Z","crashId":"c"}]}]"#
    try bench.write(rows, to: "a/a.json")
    try bench.write("deviceId,timestamp,crashId\r\nd,2016-01-03T00:00:00Z,c\r\n", to: "b/a.csv")

    let outcome = try bench.take(["a", "b"])

    #expect(outcome.files.map(\.dataset) == ["crash", "crash"], "\(outcome)")
    #expect(try bench.text(.crash) == rows)
  }

  @Test func `bytes that are not UTF-8 are told`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write(
      Data(#"[{"deviceId":"a","type":"x","token":""#.utf8) + [0xC3, 0x28] + Data(#""}]"#.utf8), to: "a.json")
    try bench.write(Data("deviceId,token,type\na,b,".utf8) + [0xFF, 0x0A], to: "a.csv")

    let outcome = try bench.take(["a.json", "a.csv"])

    #expect(outcome.files.map(\.problem) == Array(repeating: "the bytes are not UTF-8", count: 2))
    #expect(outcome.files.map(\.line) == [1, 2])
  }

  @Test func `a row without end is not held`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    let long = String(repeating: "x", count: JSONReader.lengthLimit + 100)
    try bench.write(#"[{"deviceId":"a","token":"\#(long)"#, to: "a.json")

    let outcome = try bench.take(["a.json"])

    #expect(outcome.files.first?.problem == "a row is longer than 16 MiB")
  }

  @Test func `a snapshot with a bad part is left out as a whole, and the earlier one stays`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.write("[\(Self.good)]", to: "token/1/part-00000.json")
    try bench.write(#"[{"deviceId":"b","token":"t","type":"gcm"}]"#, to: "token/2/part-00000.json")
    try bench.write(#"[{"deviceId":"c","token":"t"}]"#, to: "token/2/part-00001.json")

    let outcome = try bench.take(["token"])

    #expect(outcome.files.map(\.status) == [.imported, .bad, .bad])
    #expect(
      outcome.files.map(\.problem) == [
        nil, "left out, because 'part-00001.json' of the same snapshot is bad", "'type' is missing",
      ])
    #expect(try bench.text(.token) == "[\(Self.good)]")
  }

  @Test func `a file must say its app, and an app with generated data takes none`() throws {
    let folder = CloudFolder()
    let bench = DataBench(folder: folder.url)
    try bench.seed()
    try bench.write("[\(Self.good)]", to: "a.json")

    let homeless = try bench.take(["a.json"], to: [])
    let wrong = try bench.take(["a.json"], to: [DataBench.first])

    #expect(homeless.files.first?.problem == "the file does not tell its app: say --app COLLECTION/NAME")
    #expect(
      wrong.files.first?.problem
        == "the app 'shop/one' holds generated data: import into an app of its own, or another --data")
    #expect(throws: ArchivePathError.self) { try bench.take(["nothing.json"]) }
  }
}
