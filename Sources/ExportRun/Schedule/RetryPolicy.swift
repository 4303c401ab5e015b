// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// When a failed step may be tried again. It reads the step and the class of a failure, and nothing else.
public struct RetryPolicy: Sendable, Equatable {
  /// What failed.
  public enum Phase: Sendable, Equatable, CaseIterable {
    /// A task was asked for, and none was made.
    case submit
    /// A task was looked for or looked at. That says nothing of the task.
    case look
    /// Artifacts were fetched or checked.
    case verify
  }

  public enum Decision: Sendable, Equatable {
    case again(after: Duration)
    case giveUp
  }

  public var setting: RetrySetting

  public init(_ setting: RetrySetting = RetrySetting()) { self.setting = setting }

  /// What to do after the `failures`th failure in a row of one step of one job (from 1).
  ///
  /// `again` is tried as often as the setting permits, looks without end, at the slowest pace once that is used up: a
  /// deadline ends them. `busy` is tried without end, because the service asked for patience and not for less work. A
  /// `Retry-After` is kept to exactly; otherwise the pause is drawn evenly from zero to `first × factor^(failures − 1)`,
  /// at most `most` ("full jitter").
  public func decision(
    after failures: Int, _ kind: ErrorClass, _ phase: Phase = .submit, retryAfter: Duration?,
    using random: inout some RandomNumberGenerator
  ) -> Decision {
    switch (kind, phase) {
    case (.again, .look) where failures >= setting.attempts: .again(after: retryAfter ?? setting.most)
    case (.again, _) where failures >= setting.attempts: .giveUp
    case (.again, _), (.busy, _): .again(after: retryAfter ?? pause(after: failures, using: &random))
    case (.login, _), (.never, _), (.gone, _), (.split, _): .giveUp
    }
  }

  /// A pause drawn for the `failures`th failure in a row.
  public func pause(after failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
    let longest = grown(setting.first, failures, most: setting.most)
    return .milliseconds(Int64(Double.random(in: 0...max(longest, 0.001), using: &random) * 1000))
  }

  /// The pause before another task after the `failures`th task in a row that the service could not do: between half of
  /// `cool_down` and all of it, and longer each time, at most `most` or `cool_down` itself, whichever is longer.
  public func coolDown(after failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
    let longest = grown(setting.coolDown, failures, most: max(setting.most, setting.coolDown))
    return .milliseconds(Int64(Double.random(in: longest / 2...max(longest, 0.001), using: &random) * 1000))
  }

  /// `first × factor^(failures − 1)`, at most `most`, in seconds.
  private func grown(_ first: Duration, _ failures: Int, most: Duration) -> Double {
    let most = most.inSeconds
    var longest = min(first.inSeconds, most)
    for _ in 1..<max(2, min(failures, 64)) where longest < most && failures > 1 {
      longest = min(longest * setting.factor, most)
    }
    return longest
  }
}
