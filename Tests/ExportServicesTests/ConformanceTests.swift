// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import ExportTesting
import Foundation
import Logging
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

  @Test(arguments: ConformanceSamples.all.keys.sorted())
  func `a description with what the others have not passes`(name: String) async throws {
    let report = try await ConformanceSamples.suite(name, try #require(ConformanceSamples.all[name])).run()

    #expect(report.checks.count >= 12, "\(report.checks)")
    #expect(report.failures.isEmpty, "\(report.failures.map(\.description).joined(separator: "\n"))")
  }

  @Test(arguments: BrokenDescription.all)
  func `a description that is wrong fails the check that is about it`(broken: BrokenDescription) async throws {
    let whole = try #require(ConformanceSamples.all[broken.sample])
    for (old, _) in broken.changes { #expect(whole.contains(old), "\(old)") }
    let text = broken.changes.reduce(whole) { $0.replacing($1.0, with: $1.1) }

    let report = try await Self.run(try ConformanceSamples.suite(broken.sample, text), broken.check)

    #expect(report.failures.map(\.check) == [broken.check], "\(report.checks)")
  }

  @Test func `every check is failed by something that is wrong`() throws {
    // One sentence for each class of states.
    func alike(_ checks: [String]) -> Set<String> { Set(checks.map { $0.replacing(#/means \w+/#, with: "means one") }) }
    let failed = alike(BrokenDescription.all.map(\.check) + CarelessTransport.Mistake.allCases.map(\.check))

    let checks = alike(try ConformanceSamples.all.flatMap { try ConformanceSamples.suite($0, $1).sentences })

    // What neither a description nor a transport gets wrong: a link is followed by the service alone.
    let alone: Set = ["a next page at another host is not asked, and one that was read is not read again"]
    #expect(checks.subtracting(failed).sorted() == alone.sorted())
  }

  @Test(arguments: CarelessTransport.Mistake.allCases)
  func `a client that is careless fails the check that is about it`(mistake: CarelessTransport.Mistake) async throws {
    let suite = try ConformanceSamples.suite(mistake.sample, try #require(ConformanceSamples.all[mistake.sample]))

    let report = try await Self.run(suite, mistake.check) { CarelessTransport($0, mistake) }

    #expect(report.failures.map(\.check) == [mistake.check], "\(report.checks)")
  }

  private static func run(
    _ suite: ServiceConformance, _ check: String, over wrap: (any HTTPTransport) -> any HTTPTransport = { $0 }
  ) async throws -> ServiceConformance.Report {
    let transport = AsyncHTTPTransport(
      userAgent: "test/1", logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let report = try await suite.run(over: wrap(transport)) { $0 == check }
    try await transport.shutdown()
    return report
  }
}
