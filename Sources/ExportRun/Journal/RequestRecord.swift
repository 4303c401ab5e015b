// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A request that a run sent, as the journal keeps it: for traces. Nothing is decided by it, and what was not written when a
/// run was killed is not missed.
public struct RequestRecord: Sendable, Equatable {
  /// When it was sent.
  public var at: Instant
  /// Until its answer was read, or there was none.
  public var took: Duration
  /// What it was for, a token on the way included; `nil`: for no step, such as taking a task away.
  public var step: JournalEvent.Step?
  /// `nil`: it was for several jobs, or for none.
  public var key: JobKey?
  public var attempt: Int?
  public var method: String
  /// Without user info, query and fragment.
  public var url: String
  /// `nil`: there was no answer.
  public var status: Int?
  /// Our name of it, which events and the log have as well.
  public var requestID: String?
  /// The service's name of it.
  public var serviceID: String?
  /// Why there was no answer: one line, without secrets.
  public var error: String?

  public init(
    at: Instant, took: Duration, step: JournalEvent.Step? = nil, key: JobKey? = nil, attempt: Int? = nil,
    method: String, url: String, status: Int? = nil, requestID: String? = nil,
    serviceID: String? = nil, error: String? = nil
  ) {
    (self.at, self.took, self.step, self.key, self.attempt) = (at, took, step, key, attempt)
    (self.method, self.url, self.status) = (method, url, status)
    (self.requestID, self.serviceID) = (requestID, serviceID)
    self.error = error.map(PublicText.of)
  }
}
