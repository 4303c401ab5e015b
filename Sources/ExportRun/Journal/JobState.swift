// SPDX-License-Identifier: Apache-2.0

/// Where a job stands. Every change is an event in the journal.
public enum JobState: String, Sendable, Codable, CaseIterable {
  case planned, waiting, ready, submitting, submitted, running, succeeded, verifying, verified
  case failed, skipped, abandoned, cancelled
  /// Its parts are being worked on.
  case split

  /// Nothing more happens to the job in this run.
  public var isFinal: Bool {
    switch self {
    case .verified, .failed, .skipped, .abandoned, .cancelled: true
    default: false
    }
  }

  /// A task of the job may be alive, or its result unread, at the service.
  public var hasOpenTask: Bool {
    switch self {
    case .submitting, .submitted, .running, .succeeded, .verifying, .abandoned: true
    default: false
    }
  }
}

extension JobState {
  /// A task of the job is known to be alive at the service.
  var isAtService: Bool { self == .submitted || self == .running }
}
