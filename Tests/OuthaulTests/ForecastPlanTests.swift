// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

@Suite struct ForecastPlanTests {
  @Test func `a description is read for a forecast only where its traits are not known`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let project = try Project(
      path: folder.url.appendingPathComponent("manifest.yaml").path, variables: [:], environment: [:])
    var plan = try project.expand(asOf: try #require(Instant("2016-02-10T12:00:00Z")))
    plan.services[0].use = "./gone.yaml"
    let dues = plan.jobs.map { _ in Due.neverExported }
    let history = DurationHistory(plan, records: [:], others: [.seconds(30)])

    let forecast = try Forecast(
      plan, dues: dues, history: history, traits: project.traits, folder: folder.url, at: Instant(seconds: 0))

    #expect(forecast.tasks == 8 && forecast.half != nil)
    #expect(throws: ProjectError.self) {
      try Forecast(plan, dues: dues, history: history, folder: folder.url, at: Instant(seconds: 0))
    }
  }
}
