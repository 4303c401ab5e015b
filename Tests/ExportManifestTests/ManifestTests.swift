// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

@Suite struct ManifestTests {
  static let good = """
    manifest: 1
    name: nightly
    variables: {group: shop, count: 3, home: "${env.HOME_FOLDER}"}
    secrets:
      token: {env: TOKEN}
      key: {file: key.txt}
    services:
      engagement:
        use: azure-mobile-engagement
        with: {subscription: s-1}
        credential: {bearer: "${secret.token}"}
        limits: {active: 8, submits: 600/m, active_per_app: "${var.count}"}
    destinations:
      lake: {azure_container: https://acct.blob.core.windows.net/lake, account_key: "${secret.key}"}
      files: {directory: "${var.home}/out", staging: lake}
    apps:
      android: {with: {app: "${var.group}-android"}, labels: {os: android}}
      ios: {with: {app: "${var.group}-ios"}, labels: {os: ios}}
    defaults: {destination: files, retry: {attempts: 2}}
    exports:
      snapshots:
        service: engagement
        apps: all
        datasets: [tag, push]
        window: {every: day}
        push: {campaigns: {type: poll}}
      history:
        service: engagement
        apps: {labels: {os: ios}}
        datasets: events
        window: {every: day, from: 2016-01-01, through: 2016-01-31, zone: UTC}
        after: [{export: snapshots, match: app}]
    """

  static let traits = ServiceTraits(
    name: "azure-mobile-engagement", revision: 1, digest: Digest(of: ""), base: "https://management.azure.com",
    parameters: [ParameterTraits("subscription", .text, isRequired: true), ParameterTraits("extended", .flag)],
    appParameters: [ParameterTraits("app", .text, isRequired: true)],
    datasets: [
      DatasetTraits(name: "tag", aliases: ["tags"], kind: .snapshot),
      DatasetTraits(
        name: "push", kind: .snapshot, options: [ParameterTraits("campaigns.type", .choice(["announcement", "poll"]))]),
      DatasetTraits(name: "device", kind: .snapshot, needs: "extended"),
      DatasetTraits(name: "event", aliases: ["events"], kind: .historical),
    ],
    formats: ["json", "csv"], limits: ServiceLimits(active: 32, activePerApp: 4), recovery: .marked,
    polling: PollRule(first: .seconds(2), every: .seconds(2), growth: 1.5, most: .seconds(60)))

  /// What is read of a manifest, and all that is told of it.
  static func check(
    _ text: String, variables: [String: String] = [:], traits: ServiceTraits = traits
  ) -> (manifest: Manifest?, text: String) {
    var (manifest, problems) = ManifestReader.read(
      SourceFile(name: "m.yaml", text: text), variables: VariableValues(texts: variables),
      environment: ["HOME_FOLDER": "/data"])
    if let manifest {
      problems.add(contentsOf: ManifestRules.check(manifest, traits: ["engagement": traits]))
    }
    return (manifest, problems.isEmpty ? "" : problems.text())
  }

  @Test func `a right manifest is read whole`() throws {
    let (manifest, text) = Self.check(Self.good)
    let read = try #require(manifest)

    #expect(text == "")
    #expect(read.secrets == ["token": .environment("TOKEN"), "key": .file("key.txt")])
    #expect(read.services[0].limits.submitsPerSecond?.value == 10)
    #expect(read.destinations[1].kind == .directory(path: "/data/out", staging: "lake"))
    #expect(read.apps.map { $0.parameters["app"]?.value } == ["shop-android", "shop-ios"])
    #expect(read.exports[0].options["push"]?["campaigns.type"]?.value == "poll")
    #expect(read.exports[1].retry.attempts == 2)
    #expect(read.exports[1].window.through?.value.description == "2016-01-31")
  }

  @Test func `a directory needs no container for a service that keeps its files`() {
    var traits = Self.traits
    traits.delivery = .fetched

    let (manifest, text) = Self.check(Self.good.replacing(", staging: lake}", with: "}"), traits: traits)

    #expect(manifest?.destinations[1].kind == .directory(path: "/data/out", staging: nil))
    #expect(!text.contains("error:"), "\(text)")
  }

  @Test func `variables are replaced from outside, and unknown ones are told`() {
    let (manifest, text) = Self.check(Self.good, variables: ["group": "club", "grup": "x"])

    #expect(manifest?.apps[0].parameters["app"]?.value == "club-android")
    #expect(text == "error: the manifest has no variable 'grup' [M017]\n  did you mean 'group'?\n1 error")
  }

  /// One change to the right manifest, and what is told of it: code, place and words.
  @Test(arguments: [
    ("manifest: 1", "manifest: 2", "m.yaml:1:11: error: unknown manifest version '2' [M002]"),
    ("name: nightly", "nme: nightly", "m.yaml:2:1: error: unknown key 'nme' in the manifest [M001]"),
    (
      "token: {env: TOKEN}", "token: hunter2",
      "m.yaml:5:3: error: the secret 'token' must say where it is, not what it is [M009]"
    ),
    ("use: azure-mobile-engagement", "with: {}", "error: duplicate key 'with' [Y005]"),
    (
      "with: {subscription: s-1}", "with: {subscrption: s-1}",
      "error: unknown parameter 'subscrption' of the service 'engagement' [M103]"
    ),
    ("with: {subscription: s-1}", "with: {}", "error: the service 'engagement' needs 'subscription' in 'with' [M103]"),
    ("with: {subscription: s-1}", "with: {subscription: 5}", "error: 'subscription' is a text, and 5 a number [M103]"),
    (
      "{bearer: \"${secret.token}\"}", "{bearer: abc}",
      "error: 'bearer' must be a reference, never the secret itself [M008]"
    ),
    ("${secret.token}", "${secret.tokn}", "error: unknown secret 'tokn' [M112]"),
    ("active: 8", "active: 64", "error: 'active' is above the service's own limit [M107]"),
    ("active: 8", "active: none", "error: 'none' is not a number for 'active' [M007]"),
    ("600/m", "600", "error: '600' is not a rate for 'submits' [M012]"),
    ("https://acct.blob", "http://acct.blob", "error: 'azure_container' must be https"),
    (
      "/lake, acc", "/lake?sig=hunter2, acc",
      "error: 'azure_container' has a query: 'https://acct.blob.core.windows.net/lake?…' [M010]"
    ),
    ("staging: lake}", "staging: lak}", "error: 'lak' is no container destination [M111]"),
    (", staging: lake}", "}", "error: the directory 'files' needs 'staging' [M111]"),
    ("${var.group}-ios", "${var.grop}-ios", "error: unknown variable 'grop' [M018]"),
    ("${var.group}-ios", "${env.HOME}-ios", "error: '${env.HOME}' cannot stand here [M018]"),
    ("destination: files", "destination: flies", "error: unknown destination 'flies' [M101]"),
    ("attempts: 2", "attempts: 0", "error: '0' is not a number for 'attempts' [M007]"),
    ("[tag, push]", "[tag, posh]", "error: unknown dataset 'posh' of azure-mobile-engagement [M102]"),
    ("[tag, push]", "[tag, push, tags]", "error: 'tags' is asked for twice [M102]"),
    ("[tag, push]", "[device, push]", "error: 'device' needs 'extended: true' in the service 'engagement' [M102]"),
    ("type: poll", "type: pol", "error: unknown campaigns.type 'pol' [M105]"),
    ("{labels: {os: ios}}", "{labels: {os: linux}}", "error: no app has the labels {os: linux} [M110]"),
    ("{labels: {os: ios}}", "[iso]", "error: unknown app 'iso' [M101]"),
    ("export: snapshots", "export: history", "error: exports wait in a circle: 'history' after 'history' [M109]"),
    ("match: app", "match: apps", "error: unknown match 'apps' [M005]"),
    ("from: 2016-01-01", "from: 2016-01-32", "error: '2016-01-32' is not a day for 'from' [M016]"),
    (
      "through: 2016-01-31", "through: 2015-01-31",
      "error: the window ends on 2015-01-31, before it begins on 2016-01-01 [M108]"
    ),
    ("through: 2016-01-31", "through: 2016-01-31, to: 2016-02-01", "both say where the window ends [M108]"),
    ("from: 2016-01-01, through: 2016-01-31, ", "", "error: the window of 'history' has no beginning [M108]"),
    ("window: {every: day}", "window: {every: day, last: 3d}", "error: a snapshot has no past [M108]"),
    ("window: {every: day}", "window: {every: hourly}", "error: unknown period 'hourly' [M005]"),
    ("window: {every: day}", "window: {every: P0D}", "error: the period 'P0D' is no time at all [M005]"),
    ("window: {every: day}", "window: {every: -P1D}", "error: the period '-P1D' is negative [M005]"),
    ("window: {every: day}", "window: {every: P-1D}", "error: the period 'P-1D' is negative [M005]"),
    ("window: {every: day}", "window: {every: P101Y}", "error: the period 'P101Y' is longer than 100 years [M005]"),
    (
      "window: {every: day}", "window: {every: P1.5D}",
      "error: the period 'P1.5D' is not an ISO 8601 duration of whole numbers [M005]"
    ),
    (
      "{every: day, from: 2016-01-01, through: 2016-01-31, zone: UTC}", "{every: P10D, last: 30d}",
      "error: windows of P10D are counted from 'from', and 'history' has none [M108]"
    ),
    (
      "from: 2016-01-01", "from: 2016-01-01T24:00", "error: '2016-01-01T24:00' is not a day for 'from' [M016]"
    ),
    ("window: {every: day}", "window: {every: day, gap: skp}", "error: unknown gap 'skp' [M005]"),
    ("window: {every: day}", "window: {every: day, fold: last}", "error: unknown fold 'last' [M005]"),
    (
      "window: {every: day}", "window: {every: day, catch_up: none}",
      "error: 'none' is not a number for 'catch_up' [M007]"
    ),
    ("window: {every: day}", "window: {every: day, lookback: 0}", "error: '0' is not a number for 'lookback' [M007]"),
    ("window: {every: day}", "window: {every: day, lookback: 2}", "error: a snapshot has no past [M108]"),
    ("window: {every: day}", "window: {every: day, catch_up: last}", "error: a snapshot has no past [M108]"),
  ])
  func `each mistake is told where it stands`(old: String, new: String, expected: String) {
    let text = Self.check(Self.good.replacing(old, with: new)).text

    #expect(text.contains(expected), "\(text)")
    #expect(!text.contains("hunter2"))
  }

  @Test func `a snapshot takes the beginning that its windows are counted from`() {
    let text = Self.check(
      Self.good.replacing("{every: day}", with: "{every: P10D, from: 2016-01-01T06:00, fold: second}")
    )
    .text

    #expect(text == "")
  }

  @Test func `keys that come later are told as such`() {
    #expect(
      Self.check(Self.good.replacing("name: nightly", with: "name: nightly\nisolate: job")).text.contains(
        "^~~~~~~ not supported yet"))
  }

  @Test func `all problems come at once, in order, whole`() {
    let text = Self.check(
      Self.good.replacing("name: nightly", with: "nmae: nightly").replacing("datasets: events", with: "datasets: evnts")
    ).text

    #expect(
      text == """
        m.yaml:2:1: error: unknown key 'nmae' in the manifest [M001]
          2 | nmae: nightly
            | ^~~~ did you mean 'name'?
        m.yaml:30:15: error: unknown dataset 'evnts' of azure-mobile-engagement [M102]
          30 |     datasets: evnts
             |               ^~~~~ did you mean 'event'?
        2 errors
        """)
  }

  @Test func `every rule has its own code and says what it is for`() {
    let codes = ManifestRules.all.map { type(of: $0).code }

    #expect(Set(codes).count == codes.count)
    #expect(ManifestRules.all.allSatisfy { type(of: $0).explanation.count > 40 })
  }
}
