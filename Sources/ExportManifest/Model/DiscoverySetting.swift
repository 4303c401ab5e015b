// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An entry of `discover:` under `apps:`: apps that a service's catalogue names when the plan is made.
public struct DiscoverySetting: Sendable {
  public var service: Located<String>
  /// Patterns for names of apps, of which one must fit; empty: every app.
  public var match: [Glob]
  /// Put on every app that is found, over those of the catalogue.
  public var labels: [String: String]

  public init(service: Located<String>, match: [Glob] = [], labels: [String: String] = [:]) {
    (self.service, self.match, self.labels) = (service, match, labels)
  }
}

extension AppSetting {
  /// Whether a text can be the name of an app.
  public static func isName(_ text: String) -> Bool { ManifestParts.isName(text) }
}
