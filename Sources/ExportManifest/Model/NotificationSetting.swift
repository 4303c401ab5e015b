// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An entry of `notify:`: who is told of a run that ended, and how.
public struct NotificationSetting: Sendable {
  /// `on:`
  public enum Occasion: String, Sendable, Hashable, CaseIterable {
    /// Not all that was due is done.
    case failure
    /// The outcome, or the set of failed jobs, is not that of the run before.
    case change
    case always
  }

  /// `format:`
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// `{"text": …}`, as Slack and those that follow it take it.
    case slack
    case json
    case text
  }

  /// No run is held longer at its end.
  public static let longest: Duration = .seconds(60)
  public static let shortest: Duration = .milliseconds(100)
  public static let usualTimeout: Duration = .seconds(10)
  /// All are told at once.
  public static let most = 16

  public var name: Located<String>
  /// A URL that secrets complete, or a secret that is one.
  public var url: Located<SecretText>
  public var occasion: Occasion = .failure
  public var format: Format = .slack
  public var template: Located<String>?
  public var headers: [String: Located<SecretText>] = [:]
  /// For all tries together.
  public var timeout: Located<Duration>?

  public init(name: Located<String>, url: Located<SecretText>) { (self.name, self.url) = (name, url) }
}
