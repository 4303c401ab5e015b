// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import ExportTesting
import Foundation
import Testing

/// Every description that ships with the project passes the conformance suite, and the suite finds what is wrong.
@Suite struct ConformanceTests {
  /// What made-up texts would not do for.
  private static let samples:
    [String: (parameters: [String: JSONValue], app: [String: JSONValue], secrets: [String: Secret])] = [
      "azure-iot-hub-devices": (["hub": "contoso"], [:], ["key": Secret("Y2FuYXJ5LWtleS1vZi1hLWh1Yg==")]),
      "salesforce-bulk2-query": (
        ["domain": "contoso.my.salesforce.com"], ["object": "Account", "fields": "Id, Name"], [:]
      ),
    ]

  private static func description(_ file: SourceFile) throws -> ServiceDescription {
    let (description, problems) = ServiceDescription.load(file)
    return try #require(description, "\(problems.text())")
  }

  @Test(arguments: BundledDescriptions.names)
  func `a bundled description passes`(name: String) async throws {
    let file = try #require(BundledDescriptions.file(named: name))
    let samples = Self.samples[name] ?? ([:], [:], [:])
    let suite = ServiceConformance(
      try Self.description(file), parameters: samples.0, app: samples.1, secrets: samples.2)

    let report = try await suite.run()

    #expect(report.checks.count >= 12, "\(report.checks)")
    #expect(report.failures.isEmpty, "\(report.failures.map(\.description).joined(separator: "\n"))")
  }

  @Test func `the description of the guide passes`() async throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Examples/orders/orders.yaml").standardizedFileURL
    let file = SourceFile(name: "orders.yaml", text: try String(contentsOf: url, encoding: .utf8))
    let suite = ServiceConformance(try Self.description(file), app: ["shop": "north"])

    let report = try await suite.run()

    #expect(report.checks.count >= 15, "\(report.checks)")
    #expect(report.failures.isEmpty, "\(report.failures.map(\.description).joined(separator: "\n"))")
  }
}
