// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Foundation

/// What a run says of itself while it goes on, in `live.json` of the state directory: what is not worth a place in the
/// journal. Written at most once a second; what is missing or of another version is taken as not said.
public struct LiveFile: Sendable, Equatable {
  public static let name = "live.json"
  /// A larger file is none of ours.
  private static let sizeMost = 1 << 20

  public struct Poll: Sendable, Equatable {
    public var job: String
    public var at: Instant
  }

  /// When it was written.
  public var at: Instant
  /// The run's name.
  public var run: String
  public var nextPoll: Instant?
  /// The next ones, earliest first.
  public var polls: [Poll] = []
  /// Services that take no requests until an instant.
  public var paused: [String: Instant] = [:]
  /// By service: until when it lets no more tasks be made.
  public var spent: [String: Instant] = [:]
  /// Services that do not answer, and since when.
  public var unanswered: [String: Instant] = [:]
  /// In the plan's order.
  public var gauges: [ServiceGauge] = []

  /// `nil` when there is none that can be read.
  public init?(directory: URL) {
    guard let file = try? FileHandle(forReadingFrom: directory.appendingPathComponent(Self.name)) else { return nil }
    defer { try? file.close() }
    guard let data = try? file.read(upToCount: Self.sizeMost), let json = try? JSONValue(parsing: data) else {
      return nil
    }
    self.init(json)
  }

  /// `nil` for another version.
  public init?(_ json: JSONValue) {
    guard json["live"] == 1, let at = json["at"]?.instant, let run = json["run"]?.string else { return nil }
    (self.at, self.run, nextPoll) = (at, run, json["next_poll"]?.instant)
    polls = (json["polls"]?.array ?? []).compactMap { poll in
      guard let job = poll["job"]?.string, let at = poll["at"]?.instant else { return nil }
      return Poll(job: job, at: at)
    }
    paused = (json["paused"]?.object ?? [:]).compactMapValues(\.instant)
    spent = (json["spent"]?.object ?? [:]).compactMapValues(\.instant)
    unanswered = (json["unanswered"]?.object ?? [:]).compactMapValues(\.instant)
    gauges = (json["services"]?.array ?? []).compactMap { ServiceGauge($0) }
  }
}

extension JSONValue {
  fileprivate var instant: Instant? { string.flatMap { Instant($0) } }
}
