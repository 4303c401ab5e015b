// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

/// Templates that jobs complete, held against what the jobs have.
@Suite struct TemplatePlanTests {
  private func plan(
    query: String?, datasets: [String] = ["event"], default own: String? = nil, size: JSONValue? = nil
  ) throws -> (plan: Plan?, problems: String) {
    var traits = Sample.traits
    traits.parameters.append(ParameterTraits("query", .template, defaultValue: own.map { .string($0) }))
    traits.appParameters.append(ParameterTraits("size", .text, defaultValue: size))
    var manifest = Sample.manifest([
      Sample.export("history", datasets: datasets, window: Sample.window(from: "2016-02-01", through: "2016-02-02"))
    ])
    if let query { manifest.services[0].parameters["query"] = Sample.located(.string(query)) }
    let asOf = try #require(Instant("2016-02-10T12:00:00Z"))
    let (plan, problems) = Planner(manifest, traits: ["engagement": traits], inputs: [], asOf: asOf).plan()
    return (plan, problems.isEmpty ? "" : problems.text())
  }

  @Test func `the value goes into the plan and the key as it is written`() throws {
    let one = try #require(try plan(query: "at ${window.start} of ${app.app}").plan)
    let other = try #require(try plan(query: "at ${window.end} of ${app.app}").plan)

    #expect(one.services[0].parameters["query"] == "at ${window.start} of ${app.app}")
    #expect(one.jobs.count == 4)
    #expect(Set(one.jobs.keys).isDisjoint(with: other.jobs.keys))
  }

  @Test func `an app without the parameter is told, and how many are like it`() throws {
    let (plan, problems) = try plan(query: "${app.size}")

    #expect(plan == nil)
    #expect(
      problems.contains(
        "manifest.yaml:1:1: error: the app 'android' has no 'size' for '${app.size}', like 1 more [P020]"),
      "\(problems)")
    #expect(try self.plan(query: "${app.size}", size: "large").plan != nil)
  }

  @Test func `a default of the description is held against the jobs as well`() throws {
    #expect(try plan(query: nil, default: "${app.size}").problems.contains("[P020]"))
    #expect(try plan(query: "all", default: "${app.size}").problems == "")
  }

  @Test func `a dataset that takes no window cannot complete one`() throws {
    let problems = try plan(query: "${window.start}", datasets: ["event", "tag"]).problems

    #expect(
      problems.contains("error: 'tag' takes no window, and '${window.start}' would stay empty [P020]"), "\(problems)")
  }
}
