// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// How tasks are looked at.
@Suite struct LookTests {
  @Test func `tasks of one app are looked at together where the service has a list`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 30, limits: ServiceLimits(active: 30, activePerApp: 30))
    let service = ScriptedService(pollsPerTask: 6)

    let result = try await harness.run(plan, service, traits: { $0.listPage = 20 })

    #expect(result.outcome == .done)
    let (lists, listed, polls) = await (service.lists, service.listed, service.polls)
    #expect(listed + polls == 30 * 6)
    // Far fewer requests than looks.
    #expect(lists + polls < 60)
    #expect(listed <= lists * 20)
  }

  @Test func `a task that the list does not tell of is looked at by itself`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 4, limits: ServiceLimits(active: 4, activePerApp: 4))
    let service = ScriptedService(pollsPerTask: 3, unlisted: ["task-2"])

    let result = try await harness.run(plan, service, traits: { $0.listPage = 40 })

    #expect(result.outcome == .done)
    #expect(await service.polls >= 3)
    #expect(await service.tasks.count == 4)
  }

  @Test func `what is known of earlier tasks says when the first look is worth it`() {
    var random = SeededGenerator(seed: 3)
    let policy = PollPolicy(
      PollRule(first: .seconds(2), every: .seconds(2), growth: 2, most: .seconds(60)))
    let known = PollPolicy.Experience(early: .seconds(90), half: .seconds(120), late: .seconds(200))
    func pause(_ number: Int, age: Int) -> Double {
      policy.pause(before: number, retryAfter: nil, age: .seconds(age), experience: known, using: &random).inSeconds
    }

    #expect((85...95).contains(pause(1, age: 0)))
    #expect((14...16).contains(pause(2, age: 90)))
    #expect((19...21).contains(pause(5, age: 130)))
    // Later than nearly all of them: the rule again.
    #expect((57...63).contains(pause(9, age: 201)))
    #expect((1.9...2.1).contains(pause(3, age: 119)))
  }

  @Test func `a second run looks at tasks when those of the first were done`() async throws {
    let harness = try RunHarness()
    let slow = ScriptedService(pollsPerTask: 20)
    try await harness.run(.sample(apps: ["a"], snapshots: [], days: 8), slow)
    let learned = ScriptedService(pollsPerTask: 20)
    var wishes = Runner<JumpingClock>.Wishes()
    wishes.redoes = true
    let events = EventList()

    try await harness.run(.sample(apps: ["a"], snapshots: [], days: 8), learned, wishes: wishes, observe: events.take)

    let intent = try #require(events.events.first { if case .submitted = $0.kind { true } else { false } })
    let seen = try #require(events.events.first { if case .running = $0.kind { true } else { false } })
    // The rule's first look is after a second.
    #expect(intent.at.duration(to: seen.at) > .seconds(10))
  }
}
