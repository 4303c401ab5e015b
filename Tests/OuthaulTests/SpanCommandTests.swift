// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// What commands say of a service that limits tasks by the day, is late with its data, and keeps them for a time.
@Suite struct SpanCommandTests {
  private static func folder(window: String, starts: String = "{max: 1000, every: 1d}") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      service: small
      revision: 1
      base: https://small.example
      params:
        account: {type: text, required: true, pattern: "[a-z]-[0-9]"}
        query: {type: template, required: true}
      app_params: {app: {type: text, required: true}}
      formats: {json: json}
      limits: {active: 2, starts: [\(starts)]}
      datasets:
        rows:
          kind: historical
          window: \(window)
          forms: [{json: {query: "${param.query}"}}]
      submit: {method: POST, path: "/${param.account}", expect: [201], id: body:/id, json: {mark: "${job.mark}"}}
      poll: {method: GET, path: "/${task.id}", every: 5s}
      state: {from: body:/state, done: [ok], failed: [bad]}
      refusals: []
      list: {method: GET, each: body:/all, id: /id}
      recover: {class: marked, mark: /mark}
      result: {kind: container}

      """, to: "service.yaml")
    try folder.write(
      """
      manifest: 1
      name: nightly
      variables: {table: orders}
      secrets: {key: {env: KEY}}
      services:
        small:
          use: ./service.yaml
          credential: none
          with: {account: a-1, query: "FROM ${var.table} OF ${app.app} WHERE at >= ${window.start} AND at < ${window.end}"}
      destinations: {lake: {azure_container: https://a.blob.core.windows.net/lake, account_key: "${secret.key}"}}
      apps: {shop: {with: {app: shop-1}}}
      exports:
        history:
          service: small
          apps: all
          destination: lake
          datasets: [rows]
          window: {every: day, from: 2016-01-01, through: 2016-01-25, ripe_after: 1h}

      """, to: "manifest.yaml")
    return folder
  }

  @Test func `plan says how long the limit of starts makes it last, and what windows wait for`() async throws {
    let folder = try Self.folder(
      window: "{unit: day, render: date, end: open, lag: 12h}", starts: "{max: 10, every: 1d}")

    let result = try await Program.run(["plan", "manifest.yaml"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains(
        "  history: windows are kept back for 12h after their end, until small has their data\n"), "\(result.output)")
    #expect(
      result.output.contains(
        "  forecast: 25 tasks: at least 2d, by what the services let begin; how long is not known yet"),
      "\(result.output)")
  }

  @Test func `explain shows the text as the job completes it, and when the window is ripe`() async throws {
    let folder = try Self.folder(window: "{unit: day, render: compact-date, end: open, lag: 12h}")

    let result = try await Program.run(["explain", "history/shop/rows/2016-01-02", "manifest.yaml"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains("FROM orders OF shop-1 WHERE at >= 20160102 AND at < 20160103"), "\(result.output)")
    #expect(result.output.contains("2016-01-03T12:00:00Z: 12h after its end, the service has its data then"))
    #expect(result.output.contains("FROM orders OF ${app.app} WHERE at >= ${window.start}"), "\(result.output)")
  }

  @Test func `windows that the service no longer keeps are told, and are no holes`() async throws {
    let folder = try Self.folder(window: "{unit: day, render: date, end: open, oldest: 90d}")

    let plan = try await Program.run(["plan", "manifest.yaml"], in: folder.url)
    let gaps = try await Program.run(["gaps", "manifest.yaml"], in: folder.url)
    let json = try await Program.run(["gaps", "manifest.yaml", "--output", "json"], in: folder.url)
    let selected = try await Program.run(
      ["plan", "manifest.yaml", "--select", "status:no-longer-kept"], in: folder.url)

    #expect(plan.output.contains("  by the ledger: 25 no longer kept\n"), "\(plan.output)")
    #expect(gaps.status == 0)
    #expect(
      gaps.output.contains(
        "2016-01-01..2016-01-25: 25 windows no longer kept by the service; no run brings them back"),
      "\(gaps.output)")
    #expect(try JSONValue(parsing: json.output)["totals"]?["no longer kept"] == 25)
    #expect(selected.output.contains("25 jobs"), "\(selected.output)")
  }

  @Test func `a window that is too long is an error at its place`() async throws {
    let folder = try Self.folder(window: "{unit: instant, render: iso, end: open, max: 6h}")

    let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

    #expect(result.status == 65)
    #expect(
      result.errors.hasPrefix("manifest.yaml:18:21: error: 'rows' cannot be asked for 2016-01-01 at once"),
      "\(result.errors)")
    #expect(result.errors.contains("'every: hour' would fit"))
  }
}
