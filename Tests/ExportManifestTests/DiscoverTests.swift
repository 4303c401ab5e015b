// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

/// `discover:` under `apps:`, and options that exclude each other.
@Suite struct DiscoverTests {
  private static let apps = "ios: {with: {app: \"${var.group}-ios\"}, labels: {os: ios}}"

  private static let traits: ServiceTraits = {
    var traits = ManifestTests.traits
    traits.hasCatalogue = true
    traits.datasets[1].options += [
      ParameterTraits("campaigns.ids", .ints), ParameterTraits("campaigns.all", .choice(["finished"])),
    ]
    traits.datasets[1].oneOf = [["campaigns.ids", "campaigns.all"]]
    return traits
  }()

  private func check(
    _ text: String = ManifestTests.good, replacing old: String, with new: String, traits: ServiceTraits = traits
  ) -> (manifest: Manifest?, text: String) {
    var (manifest, problems) = ManifestReader.read(
      SourceFile(name: "m.yaml", text: old.isEmpty ? text : text.replacing(old, with: new)),
      variables: VariableValues(), environment: ["HOME_FOLDER": "/data"])
    if let manifest { problems.add(contentsOf: ManifestRules.check(manifest, traits: ["engagement": traits])) }
    return (manifest, problems.isEmpty ? "" : problems.text())
  }

  @Test(arguments: [
    ("engagement", 1), ("[engagement, engagement]", 2), ("{service: engagement}", 1),
    ("[engagement, {service: engagement, match: [\"*\"]}]", 2),
  ])
  func `discover takes a name, a mapping, or a list of them`(value: String, count: Int) {
    let (manifest, text) = check(replacing: Self.apps, with: "discover: \(value)")

    #expect(text == "")
    #expect(manifest?.discoveries.map(\.service.value) == Array(repeating: "engagement", count: count))
    #expect(manifest?.apps.map(\.name.value) == ["android"])
    #expect(manifest?.awaitsCatalogue == true)
  }

  @Test func `patterns and labels of discovered apps are read`() throws {
    let (manifest, text) = check(
      replacing: Self.apps, with: "discover: {service: engagement, match: [shop-*, club-*], labels: {tier: gold}}")
    let discovery = try #require(manifest?.discoveries.first)

    #expect(text == "")
    #expect(discovery.match.map(\.pattern) == ["shop-*", "club-*"])
    #expect(discovery.labels == ["tier": "gold"])
  }

  @Test func `what only the catalogue can tell is not held against the manifest`() {
    let exports = "apps: [nobody-yet]\n    exclude: [{app: none-*}]"
    let named = ManifestTests.good.replacing("apps: all", with: exports)
      .replacing("{labels: {os: ios}}\n    datasets", with: "{labels: {os: none}}\n    datasets")

    let (_, written) = check(named, replacing: "", with: "")
    let (_, discovered) = check(named, replacing: Self.apps, with: "discover: engagement")

    for problem in ["unknown app 'nobody-yet'", "no app is called 'none-*'", "no app has the labels {os: none}"] {
      #expect(written.contains(problem), "\(written)")
    }
    #expect(discovered == "")
  }

  @Test(arguments: [
    (
      "{with: {app: discover}}",
      """
      m.yaml:18:14: error: an app cannot be called 'discover' [M040]
        18 |   discover: {with: {app: discover}}
           |              ^~~~ give it another name; 'discover' names a service whose apps are asked for
      1 error
      """
    ),
    (
      "[]",
      """
      m.yaml:18:13: error: 'discover' is empty [M040]
        18 |   discover: []
           |             ^ write the name of a service
      1 error
      """
    ),
    (
      "[[engagement]]",
      """
      m.yaml:18:14: error: 'discover' must be the name of a service, not a list [M040]
        18 |   discover: [[engagement]]
           |              ^
      1 error
      """
    ),
    (
      "engagment",
      """
      m.yaml:18:13: error: unknown service 'engagment' [M101]
        18 |   discover: engagment
           |             ^~~~~~~~~ did you mean 'engagement'?
      1 error
      """
    ),
    (
      "{service: engagement, macth: [x]}",
      """
      m.yaml:18:35: error: unknown key 'macth' in 'discover' [M001]
        18 |   discover: {service: engagement, macth: [x]}
           |                                   ^~~~~ did you mean 'match'?
      1 error
      """
    ),
  ])
  func `a mistake in discover is told where it stands`(value: String, expected: String) {
    #expect(check(replacing: Self.apps, with: "discover: \(value)").text == expected)
  }

  @Test func `a service that has no catalogue cannot be discovered`() {
    let (_, text) = check(replacing: Self.apps, with: "discover: engagement", traits: ManifestTests.traits)

    #expect(
      text == """
        m.yaml:18:13: error: 'engagement' has no catalogue to discover apps in [M131]
          18 |   discover: engagement
             |             ^~~~~~~~~~ the description of azure-mobile-engagement has no section 'catalogue'
        1 error
        """)
  }

  @Test func `two ways to say the same are one too many`() {
    let (_, text) = check(replacing: "{type: poll}", with: "{all: finished, ids: [1]}")

    #expect(
      text == """
        m.yaml:26:44: error: 'campaigns.ids' does not go with 'campaigns.all' [M130]
          26 |     push: {campaigns: {all: finished, ids: [1]}}
             |                                            ^ one at most of campaigns.ids, campaigns.all
        m.yaml:26:29: note: 'campaigns.all' is here
          26 |     push: {campaigns: {all: finished, ids: [1]}}
             |                             ^~~~~~~~
        1 error
        """)
  }
}
