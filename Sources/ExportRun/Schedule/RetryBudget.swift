// SPDX-License-Identifier: Apache-2.0

/// How often a whole run may try again: a number to begin with, and a part of the jobs that it has. An outage, or a
/// manifest that is wrong everywhere, is not tried again job by job for hours.
///
/// Looks at tasks do not count, nor does what a service asked to put off.
public struct RetryBudget: Sendable, Equatable {
  /// Retries that every run has.
  public var base: Int
  /// Retries for each due job besides.
  public var perJob: Double
  public private(set) var used = 0
  /// Jobs that the run has to do, once that is known.
  var jobs = 0

  public init(base: Int = 100, perJob: Double = 0.5) { (self.base, self.perJob) = (base, perJob) }

  /// Takes one retry; false: they are used up.
  mutating func take() -> Bool {
    guard used < base + Int(Double(jobs) * perJob) else { return false }
    used += 1
    return true
  }
}
