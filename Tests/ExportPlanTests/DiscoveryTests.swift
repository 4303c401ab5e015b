// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

/// Apps of catalogues, and what services find for options, become parts of a plan.
@Suite struct DiscoveryTests {
  private func discovery(_ service: String = "engagement", match: [String] = [], labels: [String: String] = [:])
    -> DiscoverySetting
  {
    DiscoverySetting(service: Sample.located(service), match: match.map { Glob($0) }, labels: labels)
  }

  private func found(_ group: String, _ name: String, labels: [String: String] = [:]) -> FoundApp {
    FoundApp(name: name, group: group, parameters: ["app": .string("\(group)/\(name)")], labels: labels)
  }

  private func discover(
    _ catalogue: [FoundApp], written: [AppSetting] = [], _ discoveries: [DiscoverySetting]? = nil,
    absent: [String] = []
  ) -> Discovery {
    var manifest = Sample.manifest([Sample.export("tags", datasets: ["tag"])], apps: [])
    manifest.apps = written
    manifest.discoveries = discoveries ?? [discovery()]
    return Discovery(
      manifest, catalogues: ["engagement": FoundApps(catalogue, absent: absent)], traits: ["engagement": Sample.traits])
  }

  private func app(_ name: String, _ app: String, labels: [String: String] = [:]) -> AppSetting {
    AppSetting(name: Sample.located(name), parameters: ["app": Sample.located(.string(app))], labels: labels)
  }

  // MARK: Parts of catalogues that are absent

  @Test(arguments: [
    (["club"], "'club'"), (["club", "my shop"], "'club', 'my shop'"),
    (["a", "b", "c", "d", "e", "f", "g"], "'a', 'b', 'c', 'd', 'e' and 2 more"),
    ([String(repeating: "x", count: 101)], "'\(String(repeating: "x", count: 100))…'"),
  ])
  func `what the catalogue has no list for is told once, and the other apps are found`(absent: [String], words: String)
  {
    let found = discover(
      [found("shop", "web"), found("shop", "ios")], [discovery(match: ["w*"]), discovery(match: ["i*"])],
      absent: absent)

    #expect(found.manifest.apps.map(\.name.value) == ["ios", "web"])
    #expect(!found.diagnostics.hasErrors)
    let told = found.diagnostics.text()
    #expect(
      told.hasPrefix(
        "manifest.yaml:1:1: warning: the catalogue of 'engagement' has no list of apps for \(words): no app is found there [P015]"
      ), "\(told)")
    #expect(told.components(separatedBy: "[P015]").count == 2)
  }

  // MARK: Names

  @Test func `an app keeps its own name where it is the only one, and gets its group's before it otherwise`() {
    let found = discover([
      found("shop", "web"), found("club", "web"), found("shop", "ios"), found("shop", "discover"),
      found("my club", ".hidden app"),
    ])

    #expect(found.diagnostics.isEmpty)
    #expect(
      found.manifest.apps.map(\.name.value) == ["-hidden-app", "club.web", "ios", "shop.discover", "shop.web"])
    #expect(found.manifest.awaitsCatalogue == false)
  }

  @Test func `names do not depend on what match leaves out, nor on the service's order`() {
    let catalogue = [found("shop", "web"), found("club", "web"), found("shop", "ios")]
    let all = discover(catalogue)
    let turned = discover(catalogue.reversed())
    let some = discover(catalogue, [discovery(match: ["shop*"])])

    #expect(all.manifest.apps.map(\.name.value) == ["club.web", "ios", "shop.web"])
    #expect(turned.manifest.apps.map(\.name.value) == all.manifest.apps.map(\.name.value))
    #expect(turned.inputs == all.inputs)
    #expect(some.manifest.apps.map(\.name.value) == ["shop.web"])
    #expect(some.inputs != all.inputs)
  }

  @Test func `an app that is written is the one with its parameters, and what is written wins`() throws {
    let found = discover(
      [
        found("shop", "ios", labels: ["platform": "ios", "tier": "none"]), found("shop", "web"),
        found("shop", "phone"),
      ],
      written: [app("phone", "shop/ios", labels: ["tier": "gold"])],
      [discovery(labels: ["tier": "silver", "new": "yes"])])

    #expect(found.manifest.apps.map(\.name.value) == ["phone", "shop.phone", "web"])
    #expect(found.manifest.apps[0].labels == ["platform": "ios", "tier": "gold", "new": "yes"])
    #expect(found.manifest.apps[0].found == ["engagement": ["platform": "ios", "tier": "none"]])
    #expect(found.manifest.apps[2].labels == ["tier": "silver", "new": "yes"])
  }

  @Test func `apps that would be called the same, and names that are none, are told with what to do`() {
    let found = discover([
      found("shop", "a b"), found("shop", "a-b"), found("", String(repeating: "x", count: 121)),
    ])

    #expect(
      found.diagnostics.text() == """
        manifest.yaml:1:1: error: the app '\(String(repeating: "x", count: 121))' has no name that can be used [P010]
          1 | name: sample
            | ^ write it under 'apps' with a name of its own
        manifest.yaml:1:1: error: the apps 'shop/a b' and 'shop/a-b' would both be called 'shop.a-b' [P010]
          1 | name: sample
            | ^ write it under 'apps' with a name of its own
        2 errors
        """)
  }

  @Test(arguments: [
    ("", "ios", "the app 'ios' would be called 'ios', as another that is written [P010]"),
    ("shop", "web", "the app 'shop/web' would be called 'shop.web', as another that is written [P010]"),
    ("", "discover", "the app 'discover' has no name that can be used [P010]"),
  ])
  func `an app never takes the name of one that is written`(group: String, name: String, expected: String) {
    let written = ["ios", "web", "shop.web"].map { app($0, "other/\($0)") }

    let found = discover([found(group, name)], written: written)

    #expect(found.diagnostics.text().contains("error: \(expected)"), "\(found.diagnostics.text())")
  }

  @Test func `a clash is settled by writing one of the apps down`() {
    let found = discover([found("shop", "a b"), found("shop", "a-b")], written: [app("first", "shop/a b")])

    #expect(found.diagnostics.isEmpty)
    #expect(found.manifest.apps.map(\.name.value) == ["first", "a-b"])
  }

  @Test(arguments: [
    (true, "error: the catalogue of 'engagement' has no app [P011]"),
    (false, "error: no app of the catalogue of 'engagement' is called 'shpo-*' or 'x' [P011]"),
  ])
  func `a discovery that finds nothing is an error`(isEmpty: Bool, expected: String) {
    let found = discover(isEmpty ? [] : [found("shop", "ios")], [discovery(match: ["shpo-*", "x"])])

    #expect(found.diagnostics.text().contains(expected), "\(found.diagnostics.text())")
  }

  @Test func `the digest is that of the canonical apps that were taken`() {
    let found = discover([found("shop", "ios", labels: ["platform": "ios"])], [discovery(labels: ["tier": "gold"])])
    let canonical = #"[{"labels":{"platform":"ios"},"name":"ios","with":{"app":"shop/ios"}}]"#

    #expect(found.inputs == [PlanInput(name: "catalogue:engagement", digest: Digest(of: canonical))])
  }

  // MARK: Options that ask

  private static let traits: ServiceTraits = {
    var traits = Sample.traits
    traits.datasets[1].options += [
      ParameterTraits("campaigns.ids", .ints), ParameterTraits("campaigns.all", .choice(["finished"])),
    ]
    traits.datasets[1].searches = ["campaigns.all": "campaigns.ids"]
    return traits
  }()

  private func plan(_ options: [String: JSONValue], answers: [String: [JSONValue]]?) throws -> (Plan, Diagnostic?) {
    var export = Sample.export("feedback", datasets: ["push"])
    export.options = ["push": options.mapValues { Sample.located($0) }]
    var manifest = Sample.manifest([export])
    var warning: Diagnostic?
    if let answers {
      let question = try #require(manifest.questions(["engagement": Self.traits]).first)
      #expect(question.options == ["campaigns.all": "finished", "campaigns.type": "announcement"])
      warning = manifest.answer(question, with: answers)
    }
    let (plan, problems) = Planner(
      manifest, traits: ["engagement": Self.traits], inputs: [], asOf: Instant(seconds: 1_455_105_600)
    ).plan()
    guard let plan else { throw problems }
    return (plan, warning)
  }

  @Test func `what was found stands in the plan for each app, and the job is the one with written ids`() throws {
    let (asked, warning) = try plan(["campaigns.all": "finished"], answers: ["android": [154, 160], "ios": [7]])
    let (written, _) = try plan(["campaigns.ids": [154, 160]], answers: nil)

    #expect(warning == nil)
    #expect(asked.exports[0].options == ["push": ["campaigns.type": "announcement"]])
    #expect(asked.jobs.map { asked.options(of: $0)["campaigns.ids"] } == [[154, 160], [7]])
    #expect(asked.jobs.allSatisfy { asked.options(of: $0)["campaigns.all"] == nil })
    #expect(asked.jobs[0].key == written.jobs[0].key)
    #expect(asked.jobs[1].key != written.jobs[1].key)
  }

  @Test func `an app for which nothing was found has no job, and a warning says so`() throws {
    let (plan, warning) = try plan(["campaigns.all": "finished"], answers: ["android": [154], "ios": []])
    let (nothing, _) = try self.plan(["campaigns.all": "finished"], answers: [:])

    #expect(plan.jobs.map { plan.title(of: $0) } == ["feedback/android/push/2016-02-10"])
    #expect(warning?.severity == .warning)
    #expect(warning?.message == "'campaigns.all' finds nothing for 'ios': no 'push' is planned there")
    #expect(nothing.jobs.isEmpty)
  }

  @Test func `a plan file keeps what was found, to the byte`() throws {
    var (plan, _) = try plan(["campaigns.all": "finished"], answers: ["android": [154], "ios": []])
    plan.apps[0].found = ["engagement": ["platform": "android"]]
    let file = PlanFile(plan)

    let read = try PlanFile(parsing: file.bytes)

    #expect(read.plan == plan)
    #expect(read.bytes == file.bytes)
    #expect(
      String(decoding: file.bytes, as: UTF8.self).contains(
        #""destination":"lake","found":{"push":{"android":{"campaigns.ids":[154]}}},"name":"feedback""#))
  }
}
