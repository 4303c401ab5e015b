// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

/// Texts that each job completes: where they may stand, and what they may hold.
@Suite struct TemplateTests {
  private static let text = """
    manifest: 1
    name: nightly
    variables: {object: Account}
    secrets: {key: {env: KEY}}
    services:
      crm:
        use: crm
        credential: none
        with: {account: a-1, query: "SELECT Id FROM ${var.object} WHERE at >= ${window.start} AND app = '${app.app}'"}
    destinations: {lake: {azure_container: https://a.blob.core.windows.net/lake, account_key: "${secret.key}"}}
    apps: {shop: {with: {app: shop}}}
    exports:
      history:
        service: crm
        apps: all
        destination: lake
        datasets: [rows]
        window: {every: day, last: 7d}
        rows: {filter: "x < ${window.end}"}

    """

  private static var traits: ServiceTraits {
    var account = ParameterTraits("account", .text, isRequired: true)
    account.pattern = "[a-z]-[0-9]"
    return ServiceTraits(
      name: "crm", revision: 1, digest: Digest(of: ""), base: "https://crm.example",
      parameters: [account, ParameterTraits("query", .template)],
      appParameters: [ParameterTraits("app", .text), ParameterTraits("own", .template)],
      datasets: [
        DatasetTraits(
          name: "rows", kind: .historical,
          options: [ParameterTraits("filter", .template), ParameterTraits("kind", .text)],
          window: WindowRule(unit: .day, render: .date, end: .open))
      ], formats: ["csv"], limits: ServiceLimits(active: 8, activePerApp: 8), recovery: .marked,
      polling: PollRule(first: .seconds(1), every: .seconds(1), growth: 1, most: .seconds(1)))
  }

  private func read(_ old: String = "", _ new: String = "") -> (manifest: Manifest?, problems: String) {
    let text = old.isEmpty ? Self.text : Self.text.replacing(old, with: new)
    var (manifest, problems) = ManifestReader.read(
      SourceFile(name: "m.yaml", text: text), variables: VariableValues(), environment: [:])
    if let manifest {
      problems.add(contentsOf: ManifestRules.check(manifest, traits: ["crm": Self.traits]))
    }
    return (manifest, problems.isEmpty ? "" : problems.sorted().text())
  }

  @Test func `variables are put in, and what a job completes stays as it is`() throws {
    let (manifest, problems) = read()
    let read = try #require(manifest)

    #expect(problems == "")
    #expect(
      read.services[0].parameters["query"]?.value
        == "SELECT Id FROM Account WHERE at >= ${window.start} AND app = '${app.app}'")
    #expect(read.exports[0].options["rows"]?["filter"]?.value == "x < ${window.end}")
  }

  @Test func `where nothing completes it the hole is refused at its own place`() {
    #expect(
      read("account: a-1", "account: \"a-${app.app}\"").problems
        == """
        m.yaml:9:24: error: '${app.app}' cannot stand here [M018]
          9 |     with: {account: "a-${app.app}", query: "SELECT Id FROM ${var.object} WHERE at >= ${window.start} AND app = '${app.app}'"}
            |                        ^~~~~~~~~~ it can stand in 'query'
        1 error
        """)
  }

  @Test(arguments: [
    ("name: nightly", "name: \"${window.start}\"", "m.yaml:2:8: error: '${window.start}' cannot stand here [M018]"),
    ("last: 7d", "last: \"${window.start}\"", "error: '${window.start}' cannot stand here [M018]"),
    ("service: crm", "service: \"${app.service}\"", "error: '${app.service}' cannot stand here [M018]"),
    (
      "{object: Account}", "{object: \"${window.start}\"}", "error: '${window.start}' cannot stand in a variable [M018]"
    ),
    ("filter: \"x < ${window.end}\"", "kind: \"${window.end}\"", "error: '${window.end}' cannot stand here [M018]"),
    ("${window.start} AND", "${window.begin} AND", "error: a window has no 'begin' [M103]"),
    ("'${app.app}'", "'${app.ap}'", "error: apps of the service have no 'ap' [M103]"),
    ("'${app.app}'", "'${app.own}'", "error: '${app.own}' is a template itself [M103]"),
    ("x < ${window.end}", "x < ${window.ends}", "error: a window has no 'ends' [M105]"),
    ("account: a-1", "account: \"1\"", "error: '1' is no account that the service takes [M103]"),
  ])
  func `each mistake is told once, where it stands`(old: String, new: String, expected: String) {
    let problems = read(old, new).problems

    #expect(problems.contains(expected), "\(problems)")
    #expect(
      problems.hasSuffix("1 error") || problems.hasSuffix("1 error\n") || problems.contains("1 error, "), "\(problems)")
  }
}
