// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a token is good for, as the endpoints of Microsoft spell it.
public struct TokenAudience: Sendable, Hashable {
  /// Of the v1 endpoint: `https://management.core.windows.net/`.
  public var resource: String
  /// Of the v2 endpoint: `https://management.azure.com/.default`.
  public var scope: String

  public init(resource: String, scope: String) { (self.resource, self.scope) = (resource, scope) }

  /// One is made from the other where only one is given.
  public init(resource: String?, scope: String?) {
    switch (resource, scope) {
    case (let resource?, let scope?): self.init(resource: resource, scope: scope)
    // A slash at the resource's end stays: the scope has two of them then.
    case (let resource?, nil): self.init(resource: resource, scope: resource + Self.suffix)
    case (nil, let scope?): self.init(resource: Self.plain(scope), scope: scope)
    case (nil, nil): self = .management
    }
  }

  /// Azure's management API, which Mobile Engagement's is a part of.
  public static let management = TokenAudience(
    resource: "https://management.core.windows.net/", scope: "https://management.azure.com/.default")

  /// Azure storage, of any account.
  public static let storage = TokenAudience(
    resource: "https://storage.azure.com/", scope: "https://storage.azure.com/.default")

  /// The scope as managed identities and the Azure CLI are asked for it.
  public var plainScope: String { Self.plain(scope) }

  private static let suffix = "/.default"

  private static func plain(_ scope: String) -> String {
    scope.hasSuffix(suffix) ? String(scope.dropLast(suffix.count)) : scope
  }
}
