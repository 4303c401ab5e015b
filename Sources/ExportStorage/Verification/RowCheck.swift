// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Why a file is not what the job should have made.
struct ContentProblem: Error, Sendable, Equatable {
  var message: String
}

/// Reads the rows of one file as its bytes arrive, in bounded memory: counts them and holds each against the rule.
protocol RowCheck {
  var rows: Int64 { get }
  /// - Throws: `ContentProblem`.
  mutating func take(_ chunk: UnsafeBufferPointer<UInt8>) throws
  /// - Throws: `ContentProblem`, also for a file that was cut.
  mutating func finish() throws
}

extension RowCheck {
  mutating func take(_ chunk: [UInt8]) throws { try chunk.withUnsafeBufferPointer { try take($0) } }
}

/// What every row is held against, whatever it is written in. An object, so that handing it around copies nothing.
final class RowRequirements: Sendable {
  let rule: RowRule
  let window: Window?
  private let span: Range<Int64>?

  init(_ expectation: Expectation) {
    (rule, window) = (expectation.rows, expectation.window)
    span = expectation.window.map { $0.start.milliseconds..<max($0.start, $0.end).milliseconds }
  }

  /// Times count only where there is a window for them.
  var times: [String] { window == nil ? [] : rule.times }

  func check(time bytes: UnsafeBufferPointer<UInt8>, of member: String, row: Int64) throws {
    guard let span else { return }
    func shown() -> String { String(decoding: bytes.prefix(60), as: UTF8.self) }
    guard let instant = Instant(parsing: bytes) else {
      throw ContentProblem(message: "row \(row): \(member) '\(shown())' is not a time")
    }
    guard span.contains(instant.milliseconds) else {
      guard let window else { return }
      throw ContentProblem(message: "row \(row): \(member) \(shown()) is outside \(window.start) to \(window.end)")
    }
  }
}

enum RowChecks {
  /// The reader of a format.
  /// - Parameter twins: of the job, for all its files; `nil`: rows may be alike.
  static func make(_ expectation: Expectation, twins: TwinWatch? = nil) throws -> any RowCheck {
    let requirements = RowRequirements(expectation)
    switch expectation.format {
    case "json": return JSONRowCheck(requirements, twins: twins)
    case "jsonl": return JSONRowCheck(requirements, areLines: true, twins: twins)
    case "csv": return CSVRowCheck(requirements, twins: twins)
    default: throw ContentProblem(message: "files of format '\(expectation.format)' cannot be read")
    }
  }
}
