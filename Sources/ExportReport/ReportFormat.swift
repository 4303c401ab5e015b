// SPDX-License-Identifier: Apache-2.0

/// A form of the report. A new one is a file in `Formats/` and a line in `all`.
public struct ReportFormat: Sendable {
  /// `json`, as `--format` takes it.
  public let name: String
  /// `report.json`
  public let fileName: String
  private let make: @Sendable (RunReport) -> [UInt8]

  init(_ name: String, file: String, _ make: @escaping @Sendable (RunReport) -> [UInt8]) {
    (self.name, fileName, self.make) = (name, file, make)
  }

  /// The report's bytes: always the same for the same report.
  public func render(_ report: RunReport) -> [UInt8] { make(report) }

  public static let all: [ReportFormat] = [
    .json, .html, .markdown, .junit, .events, .prometheus, .openLineage, .openTelemetry,
  ]
}
