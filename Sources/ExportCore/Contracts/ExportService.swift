// SPDX-License-Identifier: Apache-2.0

/// A remote API that makes exports. All calls may be made at once from many tasks; each is one request, or a few
/// pages of one list, and none retries: the run decides what is tried again and when.
///
/// Cancellation ends a call early with `CancellationError` or a `ServiceError` that says `isLost`; what the service
/// did meanwhile is not known then.
public protocol ExportService: Sendable {
  /// Creates one task. Called once for an attempt; a second call would make a second task, except where the recovery
  /// class is `named` or `token`: there the same order may be sent again.
  /// - Throws: `ServiceError`. With `isLost` the task may exist all the same, and must be looked for.
  func submit(_ order: TaskOrder) async throws -> TaskReceipt

  /// Looks at one task.
  func poll(_ task: TaskReference) async throws -> TaskStatus

  /// Looks at several tasks of one app by the service's list, as few requests as will do. What the list did not hold
  /// is left out of the answer, and nothing is said of it. Called only when the traits have a `listPage`.
  func poll(_ tasks: [TaskReference]) async throws -> [FoundTask]

  /// Every task that may be the one of a lost answer, newest first; none when there is none. What "may be" is, the
  /// recovery class says: the mark, the name, or the same parameters and made since. Never called for `token`, `blind`.
  /// A list that was not read to its end, or to a task older than `since`, is an error, never an empty answer.
  func find(_ lookup: TaskLookup) async throws -> [FoundTask]

  /// Asks the service to stop a task, and tells where the task stands then: final when the stop is confirmed, or when
  /// the task had ended before. May be called again. Called only when the traits say `canCancel`.
  func cancel(_ task: TaskReference) async throws -> TaskStatus

  /// How the artifacts of a task that succeeded are told from all others. Pure; `status` is the last good poll.
  func finished(_ task: TaskReference, status: TaskStatus) -> FinishedTask

  /// The files of a task that succeeded, from a service that keeps them. Called only where the traits say that results
  /// are fetched. Nothing is asked before the source is read.
  func source(of task: TaskReference, status: TaskStatus) -> any ArtifactSource

  /// Takes a task away at the service, with what it keeps of it. Called once its files are good and that is durable, and
  /// only where the traits say that it tidies. May be called again, and may fail: nothing depends on it.
  func tidy(_ task: TaskReference) async throws
}

extension ExportService {
  public func poll(_ tasks: [TaskReference]) async throws -> [FoundTask] {
    throw ServiceError(.never, "the service has no list of tasks")
  }

  public func cancel(_ task: TaskReference) async throws -> TaskStatus {
    throw ServiceError(.never, "the service cannot stop a task")
  }

  public func source(of task: TaskReference, status: TaskStatus) -> any ArtifactSource { NoSource() }

  public func tidy(_ task: TaskReference) async throws {}
}

/// Of a service that writes to a container.
private struct NoSource: ArtifactSource {
  func files(_ consume: (FetchedFile, ByteReader) async throws -> Void) async throws {
    throw ServiceError(.never, "the service keeps no files")
  }
}

/// Everything a service needs to make the task of one attempt.
public struct TaskOrder: Sendable {
  public var mark: TaskMark
  public var appParameters: [String: JSONValue]
  public var dataset: String
  public var options: [String: JSONValue]
  public var format: String
  public var window: SentWindow?
  /// Where the service writes: for a container its URL with a shared access signature.
  public var delivery: Secret

  public init(
    mark: TaskMark, appParameters: [String: JSONValue], dataset: String, options: [String: JSONValue],
    format: String, window: SentWindow?, delivery: Secret
  ) {
    (self.mark, self.appParameters, self.dataset, self.options) = (mark, appParameters, dataset, options)
    (self.format, self.window, self.delivery) = (format, window, delivery)
  }
}

/// What a service answers to a submit.
public struct TaskReceipt: Sendable, Equatable {
  public var id: String
  /// The service's wish for the first poll.
  public var retryAfter: Duration?
  /// Our name of the request, which the service is told: for a support case.
  public var requestID: String?
  /// Calls that the service still allows before it throttles, when it says so.
  public var remaining: Int?

  public init(id: String, retryAfter: Duration? = nil, requestID: String? = nil, remaining: Int? = nil) {
    (self.id, self.retryAfter, self.requestID, self.remaining) = (id, retryAfter, requestID, remaining)
  }
}

/// A task to look at.
public struct TaskReference: Sendable, Hashable {
  public var id: String
  public var appParameters: [String: JSONValue]
  public var dataset: String
  /// What it was made with: its files may be told by that. `nil` for a look, which needs none of it.
  public var making: TaskMaking?

  public init(id: String, appParameters: [String: JSONValue], dataset: String) {
    (self.id, self.appParameters, self.dataset) = (id, appParameters, dataset)
  }
}

/// What a task was made with, apart from where its files go.
public struct TaskMaking: Sendable, Hashable {
  public var mark: TaskMark
  public var options: [String: JSONValue]
  public var format: String
  public var window: SentWindow?

  public init(mark: TaskMark, options: [String: JSONValue] = [:], format: String, window: SentWindow? = nil) {
    (self.mark, self.options, self.format, self.window) = (mark, options, format, window)
  }
}

/// A task that may have been made although its answer was lost.
public struct TaskLookup: Sendable {
  public var mark: TaskMark
  public var appParameters: [String: JSONValue]
  public var dataset: String
  /// What was asked for, where tasks are told by their parameters.
  public var options: [String: JSONValue]
  public var format: String
  public var window: SentWindow?
  /// When the intent was written. Older tasks need not be read, allowing for clocks that differ.
  public var since: Instant

  public init(
    mark: TaskMark, appParameters: [String: JSONValue], dataset: String, options: [String: JSONValue] = [:],
    format: String = "", window: SentWindow? = nil, since: Instant
  ) {
    (self.mark, self.appParameters, self.dataset, self.options) = (mark, appParameters, dataset, options)
    (self.format, self.window, self.since) = (format, window, since)
  }
}

/// A task that a list told of.
public struct FoundTask: Sendable, Equatable {
  public var id: String
  public var status: TaskStatus

  public init(id: String, status: TaskStatus) { (self.id, self.status) = (id, status) }
}

/// What a service says of a task.
public struct TaskStatus: Sendable, Equatable {
  public enum Phase: Sendable, Equatable {
    case queued, running, succeeded
    /// Final; with the service's own words. `isTooLarge`: of a window that it can do only in parts.
    case failed(reason: String, isTooLarge: Bool = false)
    /// Final: somebody stopped it at the service.
    case cancelled
    /// A state that the description does not name: held and shown, never counted as done or failed.
    case unknown(String)
  }

  public var phase: Phase
  /// The service's wish for the next poll.
  public var retryAfter: Duration?
  /// What the description picks for finding artifacts, such as the task's `created` and `type`.
  public var facts: [String: String]
  public var requestID: String?
  /// Calls that the service still allows before it throttles, when it says so.
  public var remaining: Int?
  /// It succeeded, and there was nothing to export: it left no file.
  public var isEmpty = false
  /// How far it is, in the service's own words, such as `40`; `nil`: it does not say.
  public var progress: String?

  public init(
    _ phase: Phase, retryAfter: Duration? = nil, facts: [String: String] = [:], requestID: String? = nil,
    remaining: Int? = nil
  ) {
    (self.phase, self.retryAfter, self.facts, self.requestID) = (phase, retryAfter, facts, requestID)
    self.remaining = remaining
  }

  public var isFinal: Bool {
    switch phase {
    case .succeeded, .failed, .cancelled: true
    case .queued, .running, .unknown: false
    }
  }
}

/// What kind of failure it was: all that the retry policy looks at. Set by the description.
public enum ErrorClass: String, Sendable, Equatable, CaseIterable, Codable {
  /// Passing: the same again later.
  case again
  /// The service asks for patience: nothing of it is asked for a while.
  case busy
  /// The credential was refused.
  case login
  /// The same request will never succeed.
  case never
  /// What was asked about is no longer there.
  case gone
  /// The window is too large; halves may succeed.
  case split
}

/// A failed call, classified.
public struct ServiceError: Error, Sendable, Equatable {
  public var kind: ErrorClass
  /// One line for people, without secrets.
  public var message: String
  public var retryAfter: Duration?
  /// The HTTP status, when there was an answer.
  public var status: Int?
  public var requestID: String?
  /// The request may have taken effect although no good answer came back.
  public var isLost: Bool
  /// Nothing answered at all: no route, no listener, no name.
  public var isUnreachable: Bool
  /// Calls that the service still allows before it throttles, when it says so.
  public var remaining: Int?

  /// An answer came that is no refusal, and it is none to what was asked: the service is at fault, not what was asked.
  public var isBadAnswer: Bool { requestID != nil && !(status.map { (400..<600).contains($0) } ?? false) }

  public init(
    _ kind: ErrorClass, _ message: String, retryAfter: Duration? = nil, status: Int? = nil,
    requestID: String? = nil, isLost: Bool = false, isUnreachable: Bool = false
  ) {
    (self.kind, self.message, self.retryAfter, self.status) = (kind, message, retryAfter, status)
    (self.requestID, self.isLost, self.isUnreachable) = (requestID, isLost, isUnreachable)
  }
}
