// SPDX-License-Identifier: Apache-2.0
import ExportReport
import Testing

/// Formats are written piece by piece.
@Suite struct PiecesTests {
  private struct Full: Error {}

  private static let large = LargeFormatTests.report(jobs: 1000, fails: false)

  private final class Pieces {
    var all: [[UInt8]] = []
  }

  @Test(arguments: ReportFormat.all.map(\.name))
  func `pieces are together what the whole is`(name: String) throws {
    let format = try #require(ReportFormat.all.first { $0.name == name })
    for report in [FormatSample.report(), Self.large] {
      let pieces = Pieces()

      try format.write(report) { pieces.all.append($0) }

      #expect(pieces.all.reduce(into: []) { $0 += $1 } == format.render(report))
    }
  }

  @Test(arguments: ["json", "junit", "events", "openlineage", "opentelemetry"])
  func `what grows with the jobs comes in several pieces of a bounded size`(name: String) throws {
    let format = try #require(ReportFormat.all.first { $0.name == name })
    let pieces = Pieces()

    try format.write(Self.large) { pieces.all.append($0) }

    #expect(pieces.all.count > 1 && pieces.all.allSatisfy { $0.count < 600_000 })
  }

  @Test(arguments: ReportFormat.all.map(\.name))
  func `a piece that is not taken ends the writing`(name: String) throws {
    let format = try #require(ReportFormat.all.first { $0.name == name })
    let pieces = Pieces()

    #expect(throws: Full.self) {
      try format.write(Self.large) { piece in
        pieces.all.append(piece)
        throw Full()
      }
    }
    #expect(pieces.all.count == 1)
  }
}
