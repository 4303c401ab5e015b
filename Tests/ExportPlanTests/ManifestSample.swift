// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Manifests made in code, for tests of what comes after reading.
enum Sample {
  static let file = SourceFile(name: "manifest.yaml", text: "name: sample\n")
  static let place = SourcePlace(file: file, line: 1, column: 1)

  static func located<Value: Sendable>(_ value: Value) -> Located<Value> { Located(value, at: place) }

  static func day(_ text: String) -> Located<CivilDate> { located(CivilDate(text) ?? CivilDate(dayNumber: 0)) }

  static func time(_ text: String) -> Located<LocalTime> { located(LocalTime(text) ?? LocalTime(seconds: 0)) }

  /// `hour`, `day`, `week`, `month` or an ISO 8601 duration.
  static func period(_ text: String) throws -> Period {
    try Period.named.first { $0.name == text }?.period ?? .duration(PeriodDuration(text))
  }

  static let traits = ServiceTraits(
    name: "azure-mobile-engagement", revision: 1, digest: Digest(of: "description"),
    base: "https://management.azure.com",
    parameters: [ParameterTraits("subscription", .text, isRequired: true)],
    appParameters: [ParameterTraits("app", .text, isRequired: true)],
    datasets: [
      DatasetTraits(name: "tag", aliases: ["tags"], kind: .snapshot),
      DatasetTraits(
        name: "push", kind: .snapshot,
        options: [ParameterTraits("campaigns.type", .choice(["announcement", "poll"]), defaultValue: "announcement")],
        window: WindowRule(unit: .instant, render: .iso, end: .open)),
      DatasetTraits(
        name: "event", aliases: ["events"], kind: .historical,
        window: WindowRule(unit: .day, render: .date, end: .included)),
      DatasetTraits(
        name: "job", kind: .historical, window: WindowRule(unit: .day, render: .date, end: .included)),
    ],
    formats: ["json", "csv"], limits: ServiceLimits(active: 32, activePerApp: 4), recovery: .marked,
    polling: PollRule(first: .seconds(2), every: .seconds(2), growth: 1.5, most: .seconds(60)))

  static func window(
    _ every: Period = .day, from: String? = nil, through: String? = nil, to: String? = nil,
    last: Duration? = nil, zone: String = "UTC", gap: WindowSetting.Gap = .shift, fold: WindowSetting.Fold = .first,
    ripeAfter: Duration = .zero
  ) -> WindowSetting {
    WindowSetting(
      every: every, from: from.map(time), through: through.map(day), to: to.map(time), last: last.map(located),
      zone: zone, gap: gap, fold: fold, ripeAfter: ripeAfter, place: place)
  }

  static func export(
    _ name: String, datasets: [String], apps: ExportSetting.Apps = .all, formats: [String] = [],
    window: WindowSetting = window(), after: [String] = []
  ) -> ExportSetting {
    ExportSetting(
      name: located(name), service: located("engagement"), apps: apps, appsPlace: place,
      datasets: datasets.map(located), formats: formats.map(located), destination: located("lake"), window: window,
      after: after.map { AfterSetting(export: located($0)) })
  }

  static func manifest(_ exports: [ExportSetting], apps: [String] = ["android", "ios"]) -> Manifest {
    let lake = AzureContainerSetting(url: "https://acct.blob.core.windows.net/exports", credential: .sas(secret: "sas"))
    return Manifest(
      name: "sample", file: file, secrets: ["sas": .environment("SAS")],
      services: [
        ServiceSetting(
          name: located("engagement"), use: located("azure-mobile-engagement"),
          parameters: ["subscription": located("s-1")], limits: LimitSetting(active: located(8)))
      ],
      destinations: [DestinationSetting(name: located("lake"), kind: .azureContainer(lake))],
      apps: apps.map { AppSetting(name: located($0), parameters: ["app": located(.string($0))], labels: ["os": $0]) },
      exports: exports)
  }
}
