// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Logging
import Testing

@testable import outhaul

/// How a line of the log reads, in words and for machines.
@Suite struct LogLineTests {
  private static let key = JobKey(Digest(of: "job"))

  private func line(_ metadata: Logger.Metadata, _ message: String = "running", all: Bool = false) -> LogLine {
    LogLine(
      at: Instant(seconds: 1_480_000_000), level: .debug, message: message, metadata: metadata, showsAll: all)
  }

  @Test func `a line has the time to the millisecond, and a key short`() {
    let metadata: Logger.Metadata = ["key": "\(Self.key.hex)", "job": "history/a b", "status": "200"]

    #expect(
      line(metadata).written(as: .text)
        == #"2016-11-24T15:06:40.000Z debug running job="history/a b" key=\#(Self.key.short) status=200"#)
    #expect(line(metadata, all: true).written(as: .text).contains("key=\(Self.key.hex)"))
  }

  @Test func `for machines members are flat, whole, and numbers where they are`() throws {
    let metadata: Logger.Metadata = [
      "key": "\(Self.key.hex)", "status": "200", "at": ["file": "a", "line": "7"], "names": ["x", "y"],
      "level": "\"\n", "zero": "007",
    ]

    let json = try JSONValue(parsing: line(metadata).written(as: .json))

    #expect(
      json == [
        "time": "2016-11-24T15:06:40.000Z", "level": "debug", "message": "running", "key": .string(Self.key.hex),
        "status": 200, "at.file": "a", "at.line": 7, "names": ["x", "y"], "level_": "\"\n", "zero": "007",
      ])
  }

  @Test func `a message stays one line`() {
    #expect(line([:], "a\nb\u{1B}[2J").written(as: .text).split(separator: "\n").count == 1)
    #expect(line(["a": "x\ny"], "b").written(as: .json).split(separator: "\n").count == 1)
  }
}
