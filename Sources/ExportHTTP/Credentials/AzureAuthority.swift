// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Who gives out tokens of Microsoft Entra.
enum AzureAuthority {
  static let variable = "AZURE_AUTHORITY_HOST"
  static let standard = "https://login.microsoftonline.com"

  /// The one that was written, else the environment's, else Microsoft's own; without a slash at its end.
  /// - Throws: `ServiceError` when the environment's is no address that a secret may be sent to.
  static func url(_ given: String?, in world: CredentialWorld) throws -> String {
    guard given == nil, let host = world.variable(variable) else { return trimmed(given ?? standard) }
    let url = trimmed(host.contains("://") ? host : "https://" + host)
    guard SafeAddress.takesSecrets(url) else {
      throw ServiceError(.login, "\(variable) must be an https address")
    }
    return url
  }

  private static func trimmed(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}

/// Which addresses secrets may be sent to.
public enum SafeAddress {
  /// https, or this machine.
  public static func takesSecrets(_ url: String) -> Bool {
    guard let parts = URLParts(url), !parts.host.isEmpty else { return false }
    return parts.scheme == "https" || parts.scheme == "http" && parts.isLoopback
  }
}
