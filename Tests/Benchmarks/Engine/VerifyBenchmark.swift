// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportStorage
import Foundation

/// How fast files are verified while they come: sizes, checksums, shape, fields, times, and rows that come twice.
enum VerifyBenchmark {
  private static let pieceSize = 64 << 10

  /// - Parameter megabytes: of each format.
  static func run(megabytes: Int) throws {
    for format in ["json", "jsonl", "csv"] {
      for unique in [false, true] {
        var expectation = Self.expectation(format)
        if unique { expectation.unique = .members(["jobId"]) }
        let file = file(format, bytes: megabytes << 20)
        let began = Usage.cpu
        let artifact = try Verifier.artifact(file, expecting: expectation, pieceSize: pieceSize)
        let seconds = Usage.cpu - began
        guard let rows = artifact.rows, rows > 0 else { throw Refusal(description: "no rows were verified") }
        Figure(
          name: "verify: \(format)\(unique ? ", rows told apart" : "")",
          value: Double(file.count) / 1e6 / seconds, unit: "MB per second of CPU", atLeast: 100
        ).tell()
      }
    }
  }

  private static func expectation(_ format: String) -> Expectation {
    var rule = RowRule(path: ["*"], required: ["jobId", "name", "deviceId"], times: ["start"])
    rule.fields = [
      FieldRule("jobId", .guid), FieldRule("name", .text), FieldRule("deviceId", .guid),
      FieldRule("start", .time, mayBeNull: true), FieldRule("end", .time, mayBeNull: true),
      FieldRule("extras", .object, mayBeNull: true),
    ]
    let day = Window(
      start: Instant(seconds: 1_451_606_400), end: Instant(seconds: 1_451_692_800), zone: "UTC")
    return Expectation(format: format, rows: rule, window: day)
  }

  // MARK: Files

  private static func file(_ format: String, bytes: Int) -> [UInt8] {
    var file: [UInt8] = []
    file.reserveCapacity(bytes + 1024)
    switch format {
    case "csv": file += Array("jobId,name,deviceId,start,end,extras\r\n".utf8)
    case "json": file.append(UInt8(ascii: "["))
    default: break
    }
    var number = 0
    while file.count < bytes {
      if number > 0, format == "json" { file.append(UInt8(ascii: ",")) }
      file += Array(row(number, format).utf8)
      number += 1
    }
    if format == "json" { file.append(UInt8(ascii: "]")) }
    return file
  }

  private static func row(_ number: Int, _ format: String) -> String {
    let digits = String(number, radix: 16)
    let id = String(repeating: "0", count: 32 - digits.count) + digits
    let (hour, minute) = (10 + number % 14, 10 + number % 50)
    let (start, end) = ("2016-01-01T\(hour):\(minute):00.125Z", "2016-01-01T\(hour):\(minute):09Z")
    let extras = #"{"screen":"checkout","items":\#(number % 17),"note":"paid \#u{20AC} by card"}"#
    if format == "csv" {
      return "\(id),purchase,\(id),\(start),\(end),\"\(extras.replacing("\"", with: "\"\""))\"\r\n"
    }
    let row =
      #"{"jobId":"\#(id)","name":"purchase","deviceId":"\#(id)","start":"\#(start)","end":"\#(end)","extras":\#(extras)}"#
    return format == "jsonl" ? row + "\n" : row
  }
}
