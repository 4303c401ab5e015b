// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// When a failed step may be tried again. It reads the class of a failure and nothing else.
public struct RetryPolicy: Sendable, Equatable {
  public enum Decision: Sendable, Equatable {
    case again(after: Duration)
    case giveUp
  }

  public var setting: RetrySetting

  public init(_ setting: RetrySetting = RetrySetting()) { self.setting = setting }

  /// What to do after the `failures`th failure in a row of one step of one job (from 1).
  ///
  /// `again` is tried as often as the setting permits; `busy` without end, because the service asked for patience
  /// and not for less work. A `Retry-After` is kept to exactly; otherwise the pause is drawn evenly from zero to
  /// `first × factor^(failures − 1)`, at most `most` ("full jitter").
  public func decision(
    after failures: Int, _ kind: ErrorClass, retryAfter: Duration?, using random: inout some RandomNumberGenerator
  ) -> Decision {
    switch kind {
    case .again where failures >= setting.attempts: .giveUp
    case .again, .busy: .again(after: retryAfter ?? pause(after: failures, using: &random))
    case .login, .never, .gone, .split: .giveUp
    }
  }

  /// A pause drawn for the `failures`th failure in a row.
  public func pause(after failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
    let most = setting.most.inSeconds
    var longest = min(setting.first.inSeconds, most)
    for _ in 1..<max(2, min(failures, 64)) where longest < most && failures > 1 {
      longest = min(longest * setting.factor, most)
    }
    return .milliseconds(Int64(Double.random(in: 0...max(longest, 0.001), using: &random) * 1000))
  }
}
