// SPDX-License-Identifier: Apache-2.0

/// What a service tells before anything is planned: its apps, and values of options that only it knows.
///
/// A call reads one list or several to their ends and gives all of it or throws: half a catalogue would plan half the
/// jobs, and nobody would know. Nothing at the service is changed, so every call may be made again. Passing failures
/// are tried again within the reader's own `Patience`; what is thrown is final. Cancellation ends a call with
/// `CancellationError`.
public protocol ExportCatalogue: Sendable {
  /// Every app of the account, in the service's order.
  /// - Throws: `ServiceError`, also when there are more pages or apps than `CatalogueLimits` allows.
  func apps() async throws -> [FoundApp]

  /// The values that a search of a dataset finds for one app, each once, ascending; none when there is none.
  /// - Throws: `ServiceError`.
  func values(_ search: OptionSearch) async throws -> [Int64]
}

/// How much of a catalogue is read at most. More is an error that names the limit.
public enum CatalogueLimits {
  /// Pages of one list.
  public static let pages = 2000
  /// Apps of one service.
  public static let apps = 200_000
  /// Values that one search finds for one app.
  public static let values = 10_000
  /// Lists that are read at the same time.
  public static let listsAtOnce = 8
}

/// An app as a service's catalogue tells it.
public struct FoundApp: Sendable, Hashable {
  /// The service's own name for it; any text.
  public var name: String
  /// What tells it from another of the same name, such as its collection; empty when the service has no such thing.
  public var group: String
  /// What `with:` of the app would hold.
  public var parameters: [String: JSONValue]
  /// Facts to choose by, such as its platform.
  public var labels: [String: String]

  public init(name: String, group: String = "", parameters: [String: JSONValue], labels: [String: String] = [:]) {
    (self.name, self.group, self.parameters, self.labels) = (name, group, parameters, labels)
  }
}

/// A question for values of an option, such as the campaigns of an app that are finished.
public struct OptionSearch: Sendable {
  public var dataset: String
  /// The option that asks, such as `campaigns.all`.
  public var option: String
  /// All options of the dataset, with defaults, in people's words.
  public var options: [String: JSONValue]
  public var appParameters: [String: JSONValue]

  public init(
    dataset: String, option: String, options: [String: JSONValue], appParameters: [String: JSONValue]
  ) {
    (self.dataset, self.option, self.options, self.appParameters) = (dataset, option, options, appParameters)
  }
}

/// How often a question to a catalogue is asked again, and how long is waited in between.
public struct Patience: Sendable {
  /// The first included.
  public var attempts: Int
  /// Before the second attempt; it doubles each time.
  public var first: Duration
  /// A service that asks to wait longer than this is not waited for. By default long enough for a metadata service that is
  /// being updated, which wants 70 s.
  public var most: Duration
  public var sleep: @Sendable (Duration) async throws -> Void

  public init(
    attempts: Int = 4, first: Duration = .seconds(1), most: Duration = .seconds(90),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    (self.attempts, self.first, self.most, self.sleep) = (attempts, first, most, sleep)
  }

  /// The pause after an attempt that failed, counted from 1; `nil` when there is no further one.
  public func pause(after attempt: Int, _ error: ServiceError) -> Duration? {
    guard attempt < attempts, error.kind == .again || error.kind == .busy else { return nil }
    let pause = max(error.retryAfter ?? .zero, first * (1 << min(attempt - 1, 16)))
    return pause > most ? nil : pause
  }
}
