// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@testable import ExportRun

/// What a run learns of how long tasks take.
@Suite struct SeenDurationsTests {
  /// How often each of some tasks is looked at, and how much too late it is seen to be done, when looks go by what those before
  /// it have taught.
  private static func looks(
    at tasks: [Duration], every: Duration = .milliseconds(100), seed: UInt64 = 5
  ) -> [(looks: Int, late: Duration)] {
    let policy = PollPolicy(PollRule(first: .milliseconds(1), every: every, growth: 1.5, most: .seconds(30)))
    var random = SeededGenerator(seed: seed)
    var seen = SeenDurations()
    return tasks.enumerated().map { number, task in
      // Tasks begin at any time.
      let began = Instant(milliseconds: Int64(number) * 137)
      var (age, earlier, looks) = (Duration.zero, Duration?.none, 0)
      while true {
        let pause = policy.pause(
          before: looks + 1, retryAfter: nil, age: age, experience: seen.experience, using: &random)
        age = began.duration(
          to: policy.together(began.advanced(by: age + pause), app: 0, experience: seen.experience))
        looks += 1
        guard age < task else { break }
        earlier = age
      }
      seen.add(doneAt: age, notYetAt: earlier)
      return (looks, age - task)
    }
  }

  @Test(arguments: [20, 2000, 60_000]) func `tasks that take the same are soon looked at about once`(milliseconds: Int)
  {
    let task = Duration.milliseconds(milliseconds)
    let looks = Self.looks(at: [Duration](repeating: task, count: 2000)).dropFirst(50)

    let count = looks.reduce(0) { $0 + $1.looks }
    #expect(Double(count) < 1.35 * Double(looks.count), "\(count) looks at \(looks.count) tasks")
    // What is learned does not grow by being late itself: an interval, a cell, and a few hundredths.
    let late = looks.map(\.late).max() ?? .zero
    #expect(late < task * 0.2 + .milliseconds(170), "\(late)")
  }

  @Test func `where tasks differ, looks begin with the quick ones`() {
    var random = SeededGenerator(seed: 9)
    let tasks = (0..<2000).map { _ in Duration.milliseconds(Int64.random(in: 10_000...100_000, using: &random)) }
    let looks = Self.looks(at: tasks).dropFirst(50)

    let late = looks.reduce(Duration.zero) { $0 + $1.late } / looks.count
    #expect(late < .seconds(8), "\(late)")
    #expect(looks.reduce(0) { $0 + $1.looks } < looks.count * 12)
  }

  @Test func `results of one container are found together, at most a second later`() {
    let policy = PollPolicy(PollRule(first: .seconds(1), every: .seconds(2), growth: 2, most: .seconds(60)))
    func gathered(_ milliseconds: Int64, half: Int64?) -> Int64 {
      let experience = half.map {
        PollPolicy.Experience(early: .milliseconds($0), half: .milliseconds($0), late: .milliseconds($0))
      }
      return policy.gathered(Instant(milliseconds: milliseconds), experience: experience).milliseconds
    }

    #expect(gathered(10_001, half: nil) == 10_001 && gathered(10_001, half: 200) == 10_001)
    #expect(gathered(10_001, half: 3000) == 10_240 && gathered(10_240, half: 2900) == 10_240)
    #expect(gathered(10_001, half: 3_600_000) == 10_240)
  }

  @Test func `tasks of one app have instants in common, which lie closer where tasks are known to be quick`() {
    let policy = PollPolicy(PollRule(first: .milliseconds(1), every: .milliseconds(10), growth: 2, most: .seconds(60)))
    func together(_ milliseconds: Int64, half: Int64?) -> Int64 {
      let experience = half.map {
        PollPolicy.Experience(early: .milliseconds($0), half: .milliseconds($0), late: .milliseconds($0))
      }
      return policy.together(Instant(milliseconds: milliseconds), app: 0, experience: experience).milliseconds
    }

    #expect(together(10_001, half: nil) == 10_050 && together(10_050, half: nil) == 10_050)
    #expect(together(10_001, half: 30) == 10_020 && together(10_001, half: 3000) == 10_240)
  }

  @Test(arguments: [(10, nil, 50, 12), (10, 130, 20, 5), (10, 60_000, 1024, 128), (30_000, nil, 7500, 127)])
  func `apps keep apart, and very many of them have instants in common`(
    every: Int64, half: Int64?, width: Int64, phases: Int
  ) {
    let policy = PollPolicy(
      PollRule(first: .seconds(2), every: .milliseconds(every), growth: 2, most: .seconds(60)))
    let experience = half.map {
      PollPolicy.Experience(early: .milliseconds($0), half: .milliseconds($0), late: .milliseconds($0))
    }
    let now = Instant(milliseconds: 1_000_001)
    let instants = (0..<5000).map { policy.together(now, app: $0, experience: experience) }

    #expect(instants.allSatisfy { $0 >= now && now.duration(to: $0) < .milliseconds(width) })
    #expect(Set(instants).count == phases)
    #expect(Set(instants.prefix(10)).count >= min(phases, 8))
  }

  @Test func `two tasks say nothing`() {
    var seen = SeenDurations()
    for _ in 0..<2 { seen.add(doneAt: .seconds(3), notYetAt: nil) }
    #expect(seen.experience == nil)

    seen.add(doneAt: .seconds(3), notYetAt: .seconds(2))

    #expect(seen.experience?.first == .seconds(2.94) && seen.experience?.early == .seconds(2.5))
  }
}
