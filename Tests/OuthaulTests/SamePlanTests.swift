// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A plan is a function of what it is made from, and of nothing around the program that makes it.
@Suite struct SamePlanTests {
  private static let examples = LayerTests.root.appendingPathComponent("Examples")

  /// Surroundings of a process. Each process has another hash seed as well.
  private static let surroundings: [(folder: String, environment: [String: String])] = [
    ("one", [:]),
    ("one", [:]),
    ("another/place with blanks", ["TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"]),
    ("three", ["TZ": "America/St_Johns", "LANG": "C", "LC_ALL": "C"]),
    ("four", ["TZ": "Pacific/Apia", "LANG": "de_DE.UTF-8", "LC_ALL": "ar_EG.UTF-8"]),
  ]

  @Test(arguments: [
    ("nightly", []), ("backfill", []), ("catalogue", ["--local"]), ("push-feedback", ["--local"]),
  ])
  func `plan has the same bytes on every run, in any folder, time zone and language`(
    example: String, options: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    let manifest = try Data(contentsOf: Self.examples.appendingPathComponent("\(example)/manifest.yaml"))
    var plans: [Data] = []

    for (index, surrounding) in Self.surroundings.enumerated() {
      let place = folder.url.appendingPathComponent(surrounding.folder)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try manifest.write(to: place.appendingPathComponent("manifest.yaml"))
      let result = try await Program.run(
        ["plan", "manifest.yaml", "--as-of", "2026-03-30T02:30:00Z", "-o", "plan-\(index).json"] + options, in: place,
        environment: surrounding.environment)
      #expect(result.status == 0, "\(result.errors)")
      plans.append(try Data(contentsOf: place.appendingPathComponent("plan-\(index).json")))
    }

    #expect(plans[0].count > 2_000)
    #expect(plans.allSatisfy { $0 == plans[0] })
  }
}
