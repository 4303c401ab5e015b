// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A form of the report. A new one is a file in `Formats/` and a line in `all`.
public struct ReportFormat: Sendable {
  /// Takes the next bytes of a report. What it throws ends the writing.
  public typealias Sink = ([UInt8]) throws -> Void

  /// `json`, as `--format` takes it.
  public let name: String
  /// `report.json`
  public let fileName: String
  private let make: @Sendable (RunReport, @escaping Sink) throws -> Void

  init(_ name: String, file: String, _ make: @escaping @Sendable (RunReport, @escaping Sink) throws -> Void) {
    (self.name, fileName, self.make) = (name, file, make)
  }

  /// Hands over the report's bytes piece by piece: always the same for the same report. What grows with the jobs of a run
  /// is in pieces of a bounded size, but for the attempts in the page.
  /// - Throws: what `sink` throws.
  public func write(_ report: RunReport, to sink: @escaping Sink) throws { try make(report, sink) }

  /// All of them, for reports that are known to be small.
  public func render(_ report: RunReport) -> [UInt8] {
    final class All { var bytes: [UInt8] = [] }
    let all = All()
    do {
      try make(report) { all.bytes += $0 }
    } catch {
      preconditionFailure("nothing here throws")
    }
    return all.bytes
  }

  /// A piece is handed over when it has become so long.
  static let pieceLength = 1 << 16

  public static let all: [ReportFormat] = [
    .json, .html, .markdown, .junit, .events, .prometheus, .openLineage, .openTelemetry,
  ]
}

extension JSONWriter {
  /// Hands over what was written when it has become long.
  mutating func flush(to sink: ReportFormat.Sink) throws {
    if bytes.count >= ReportFormat.pieceLength { try sink(take()) }
  }
}
