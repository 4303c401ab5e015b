// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportYAML
import Testing

/// Where problems are told when what is wrong stands elsewhere than it is used.
@Suite struct PlaceTests {
  /// Everything told of a right manifest with one change.
  private func told(_ old: String, changedTo new: String) -> String {
    let file = SourceFile(name: "m.yaml", text: ManifestTests.good.replacing(old, with: new))
    var (manifest, problems) = ManifestReader.read(
      file, variables: VariableValues(), environment: ["HOME_FOLDER": "/data"])
    if let manifest {
      problems.add(contentsOf: ManifestRules.check(manifest, traits: ["engagement": ManifestTests.traits]))
    }
    return problems.text()
  }

  @Test func `what an alias brings is told at its anchor, once`() {
    let apps = """
        android: {with: {app: "${var.group}-android"}, labels: {os: android}}
        ios: {with: {app: "${var.group}-ios"}, labels: {os: ios}}
      """
    let aliased = """
        android: {with: {app: a}, labels: &labels {os: [ios]}}
        ios: {with: {app: b}, labels: {os: ios}}
        twin: {with: {app: c}, labels: *labels}
      """

    #expect(
      told(apps, changedTo: aliased) == """
        m.yaml:17:50: error: a label must be a text, not a list [M004]
          17 |   android: {with: {app: a}, labels: &labels {os: [ios]}}
             |                                                  ^
        1 error
        """)
  }

  @Test func `what a merge brings is told where it was written`() {
    let merged = ManifestTests.good.replacing("count: 3,", with: "count: &again {attempts: 0},")
      .replacing("\"${var.count}\"", with: "3")
    let file = SourceFile(
      name: "m.yaml", text: merged.replacing("retry: {attempts: 2}", with: "retry: {<<: *again, most: 60s}"))

    let problems = ManifestReader.read(file, variables: VariableValues(), environment: ["HOME_FOLDER": "/data"])
      .diagnostics

    #expect(
      problems.text() == """
        m.yaml:3:51: error: '0' is not a number for 'attempts' [M007]
          3 | variables: {group: shop, count: &again {attempts: 0}, home: "${env.HOME_FOLDER}"}
            |                                                   ^ write one from 1 to 100
        m.yaml:19:44: note: merged here
          19 | defaults: {destination: files, retry: {<<: *again, most: 60s}}
             |                                            ^~~~~~
        1 error
        """)
  }

  @Test func `a key that is written twice beside a merge names the one that is written`() {
    #expect(
      told("retry: {attempts: 2}", changedTo: "retry: {<<: {attempts: 3}, attempts: 2, attempts: 4}") == """
        m.yaml:19:72: error: duplicate key 'attempts' [Y005]
          19 | defaults: {destination: files, retry: {<<: {attempts: 3}, attempts: 2, attempts: 4}}
             |                                                                        ^~~~~~~~
        m.yaml:19:59: note: it was first given here
          19 | defaults: {destination: files, retry: {<<: {attempts: 3}, attempts: 2, attempts: 4}}
             |                                                           ^~~~~~~~
        1 error
        """)
  }

  @Test func `a variable is told where it is used, over the whole of its reference`() {
    #expect(
      told("service: engagement\n    apps: all", changedTo: "service: \"${var.group}\"\n    apps: all") == """
        m.yaml:22:14: error: unknown service 'shop' [M101]
          22 |     service: "${var.group}"
             |              ^~~~~~~~~~~~~~ expected one of engagement
        1 error
        """)
  }

  @Test func `what a variable refers to is told in the variable`() {
    #expect(
      told("${env.HOME_FOLDER}", changedTo: "/home/${env.HOME_FOLDR}") == """
        m.yaml:3:49: error: the environment has no 'HOME_FOLDR' [M018]
          3 | variables: {group: shop, count: 3, home: "/home/${env.HOME_FOLDR}"}
            |                                                 ^~~~~~~~~~~~~~~~~ set it, or use --var
        1 error
        """)
  }

  @Test func `places behind wide characters and marks count code points, and carets columns`() {
    let caret = String(repeating: " ", count: 72) + "^"

    #expect(
      told("labels: {os: ios}}\ndefaults", changedTo: "labels: {言語: 日本, e\u{301}: 🚀, x: [a], os: ios}}\ndefaults")
        == """
        m.yaml:18:69: error: a label must be a text, not a list [M004]
          18 |   ios: {with: {app: "${var.group}-ios"}, labels: {言語: 日本, e\u{301}: 🚀, x: [a], os: ios}}
             | \(caret)
        1 error
        """)
  }

  @Test func `tabs and carriage returns do not move the caret`() {
    let windows = ManifestTests.good.replacing("\n", with: "\r\n").replacing("active: 8,", with: "active:\t64,")
    let file = SourceFile(name: "m.yaml", text: windows)
    let manifest = ManifestReader.read(file, variables: VariableValues(), environment: ["HOME_FOLDER": "/data"])
      .manifest
    let problems = manifest.map { ManifestRules.check($0, traits: ["engagement": ManifestTests.traits]) }

    #expect(
      problems?.text()
        == "m.yaml:12:22: error: 'active' is above the service's own limit [M107]\n"
        + "  12 |     limits: {active:\t64, submits: 600/m, active_per_app: \"${var.count}\"}\n"
        + "     |                     \t^~ at most 32\n1 error")
  }
}
