// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

/// Jobs that failed for one cause, by what is said of them.
public struct FailureGroup: Sendable {
  /// Jobs of which the same is said, but for numbers, ids and files.
  public struct Kind: Sendable {
    /// The message with `…` for numbers, ids and files, where it stands for several.
    public var message: String
    public var jobs: [ReportedJob]
    /// How many of them were tried again before they failed.
    public var retried: Int
  }

  public var cause: Failure.Cause
  /// The most frequent first.
  public var kinds: [Kind]

  public var count: Int { kinds.reduce(0) { $0 + $1.jobs.count } }
  /// How many of its jobs were tried again before they failed.
  public var retried: Int { kinds.reduce(0) { $0 + $1.retried } }
}

extension RunReport {
  /// Failures by cause and then by message, the most frequent first.
  public var failureGroups: [FailureGroup] {
    FailureGroup.all(of: jobs.filter(\.isFailure))
  }
}

extension FailureGroup {
  static func all(of jobs: [ReportedJob]) -> [FailureGroup] {
    RunReport.causes(of: jobs).map { FailureGroup(cause: $0.cause, kinds: kinds(of: $0.jobs)) }
  }

  private static func kinds(of jobs: [ReportedJob]) -> [Kind] {
    Dictionary(grouping: jobs) { MessagePattern.of($0.failure?.message ?? "") }
      .map { pattern, jobs in
        let messages = Set(jobs.map { $0.failure?.message ?? "" })
        return Kind(
          message: messages.count == 1 ? messages.first ?? "" : pattern, jobs: jobs,
          retried: jobs.count { $0.wasRetried })
      }
      .sorted { ($1.jobs.count, $0.message) < ($0.jobs.count, $1.message) }
  }
}

extension ReportedJob {
  /// A step of it failed and was tried again, or another task was made.
  public var wasRetried: Bool { attempts > max(1, parts) || setbacks > 1 }
}
