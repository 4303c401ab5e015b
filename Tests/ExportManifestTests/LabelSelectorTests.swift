// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

@Suite struct LabelSelectorTests {
  private static func selector(_ label: String, _ texts: [String]) -> LabelSelector {
    LabelSelector([.init(label: label, values: texts.map { .init($0) })])
  }

  /// What is said of a label, the value of the label, and whether it fits.
  @Test(
    arguments: [
      (["gold"], "gold", true), (["gold"], "golden", false), (["gold"], nil, false), (["gold"], "Gold", false),
      (["gold", "silver"], "silver", true), (["gold", "silver"], "tin", false), (["gold", "silver"], nil, false),
      (["!test"], "live", true), (["!test"], "test", false), (["!test"], nil, true),
      (["!test", "!stage"], "live", true), (["!test", "!stage"], "stage", false), (["!test", "!stage"], nil, true),
      (["*"], "anything", true), (["*"], "", true), (["*"], nil, false),
      (["!*"], "anything", false), (["!*"], nil, true),
      (["ios*"], "ios-17", true), (["ios*"], "android", false), (["ios*"], nil, false), (["i?s"], "ios", true),
      (["!ios*"], "ios-17", false), (["!ios*"], "android", true), (["!ios*"], nil, true),
      (["*", "!test"], "live", true), (["*", "!test"], "test", false), (["*", "!test"], nil, false),
      (["!test", "live*"], "live-eu", true), (["!test", "live*"], "beta", false),
    ] as [([String], String?, Bool)])
  func `a label fits what is said of it`(texts: [String], value: String?, fits: Bool) {
    let labels = value.map { ["tier": $0] } ?? [:]

    #expect(Self.selector("tier", texts).matches(labels) == fits)
  }

  @Test func `all labels that are named must fit, and others do not count`() {
    let selector: LabelSelector = ["tier": "gold", "env": "!test"]

    #expect(selector.matches(["tier": "gold", "owner": "a"]))
    #expect(!selector.matches(["tier": "gold", "env": "test"]))
    #expect(!selector.matches(["env": "live"]))
    #expect(LabelSelector([]).matches([:]))
  }

  @Test func `a selector is shown as it was written`() {
    let selector = LabelSelector([
      .init(label: "tier", values: [.init("gold"), .init("silver")]), .init(label: "env", values: [.init("!test")]),
    ])

    #expect(selector.description == "{tier: [gold, silver], env: !test}")
  }

  // MARK: In manifests

  private func told(_ new: String) -> String {
    ManifestTests.check(ManifestTests.good.replacing("apps: {labels: {os: ios}}", with: new)).text
  }

  @Test(arguments: [
    "apps: {labels: {os: [ios, linux]}}", "apps: {labels: {os: \"!android\"}}", "apps: {labels: {os: i*}}",
    "apps: {labels: {env: \"!test\", os: \"*\"}}", "apps: {labels: {env: \"!*\"}}",
    "apps: all\n    exclude: [{labels: {os: [\"!ios\"]}}]",
  ])
  func `a selector that takes an app is taken`(apps: String) { #expect(told(apps) == "") }

  @Test func `a value that is misspelt is told where it stands, with the one that is meant`() {
    #expect(
      told("apps: {labels: {os: [linux, ois]}}") == """
        m.yaml:29:33: error: no app has the labels {os: [linux, ois]} [M110]
          29 |     apps: {labels: {os: [linux, ois]}}
             |                                 ^~~ did you mean 'ios'?
        1 error
        """)
  }

  @Test func `a label that is misspelt is told where it stands`() {
    #expect(
      told("apps: {labels: {so: ios}}") == """
        m.yaml:29:21: error: no app has the labels {so: ios} [M110]
          29 |     apps: {labels: {so: ios}}
             |                     ^~ did you mean 'os'?
        1 error
        """)
  }

  @Test func `a match of the matrix by labels that no app has is told`() {
    #expect(
      told("apps: all\n    include: [{labels: {os: \"!*\"}}]") == """
        m.yaml:30:15: error: no app has the labels {os: !*} [M114]
          30 |     include: [{labels: {os: "!*"}}]
             |               ^
        1 error
        """)
  }

  @Test func `a selector that cannot be read makes up no error`() {
    #expect(
      told("apps: {labels: {os: [\"!\", ios]}}") == """
        m.yaml:29:26: error: nothing stands behind '!' [M004]
          29 |     apps: {labels: {os: ["!", ios]}}
             |                          ^~~ write "!VALUE", or "!*" for no such label
        1 error
        """)
    #expect(told("apps: {labels: {}}").hasPrefix("m.yaml:29:20: error: 'labels' is empty [M001]\n"))
    #expect(told("apps: {labels: {os: []}}").hasPrefix("m.yaml:29:25: error: the label 'os' is empty [M004]\n"))
  }
}
