// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// When a task is looked at next.
public struct PollPolicy: Sendable, Equatable {
  public var rule: PollRule

  public init(_ rule: PollRule) { self.rule = rule }

  /// The pause before poll number `number` (from 1). A wish of the service is kept to exactly; otherwise intervals
  /// grow by the rule, with a tenth of jitter so that tasks made together are not polled together.
  public func pause(
    before number: Int, retryAfter: Duration?, using random: inout some RandomNumberGenerator
  ) -> Duration {
    if let retryAfter { return retryAfter }
    return jittered(number <= 1 ? rule.first : grown(steps: number - 2), using: &random)
  }

  /// The pause before a task in a state that nobody knows is looked at again: the slowest pace.
  public func holdPause(using random: inout some RandomNumberGenerator) -> Duration {
    jittered(rule.most, using: &random)
  }

  func grown(steps: Int) -> Duration {
    var pause = rule.every.inSeconds
    let most = rule.most.inSeconds
    var left = steps
    while left > 0, pause < most, rule.growth > 1 {
      pause *= rule.growth
      left -= 1
    }
    return .milliseconds(Int64(min(pause, most) * 1000))
  }

  private func jittered(_ pause: Duration, using random: inout some RandomNumberGenerator) -> Duration {
    .milliseconds(Int64(Double(pause.milliseconds) * Double.random(in: 0.95...1.05, using: &random)))
  }
}
