// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud

/// What `cloud serve` says of a running cloud: how a browser, a manifest and storage clients reach it.
struct CloudWords {
  /// Of the manifest's apps.
  static let mostApps = 4

  let endpoints: LocalCloudEndpoints
  /// That are served.
  let apps: [LocalCloudApp]

  var text: String {
    [places, browser, manifest, storage].joined(separator: "\n\n")
  }

  private var places: String {
    let lines = [
      ("page", endpoints.pageURL), ("management", endpoints.managementURL),
      ("tokens", "\(endpoints.authorityURL)/\(endpoints.tenant)/oauth2/token"), ("client", endpoints.client),
      ("secret", endpoints.secret), ("assertion", endpoints.assertion),
      (
        "identity", "\(endpoints.identityURL), \(endpoints.appIdentityURL) with \(endpoints.identityHeader)"
      ), ("blobs", endpoints.blobURL), ("account key", endpoints.accountKey), ("container", endpoints.stagingSAS),
    ]
    let all = lines + (endpoints.certificate.map { [("certificate", $0)] } ?? [])
    return all.map { $0.0.padding(toLength: 12, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
  }

  private var browser: String {
    """
    A browser shows tasks and blobs as they come and go:
      \(endpoints.pageURL)
    """
  }

  // MARK: A manifest

  private var manifest: String {
    let note =
      endpoints.certificate == nil
      ? "A manifest reaches it with these parts, and with the two secrets in the environment:"
      : "A manifest would reach it with these parts, but outhaul trusts the system's certificates only: leave out --tls."
    return """
      \(note)
        export CLOUD_SECRET=\(endpoints.secret)
        export CLOUD_KEY=\(endpoints.accountKey)

      \(yaml.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
      """
  }

  /// Of a manifest, all but its name and its exports.
  private var yaml: String {
    let names = entries
    let group = apps.first?.resourceGroup ?? "MobileEngagement"
    return """
      secrets:
        cloud_secret: {env: CLOUD_SECRET}
        cloud_key: {env: CLOUD_KEY}
      services:
        engagement:
          use: azure-mobile-engagement
          base: \(endpoints.managementURL)
          with: {subscription: \(Self.quoted(endpoints.subscription)), resource_group: \(Self.quoted(group))}
          credential:
            azure_client:
              tenant: \(endpoints.tenant)
              client: \(endpoints.client)
              secret: "${secret.cloud_secret}"
              authority: \(endpoints.authorityURL)
      destinations:
        staging: {azure_container: \(endpoints.blobURL)/\(endpoints.stagingContainer), account_key: "${secret.cloud_key}"}
        files: {directory: exports, staging: staging}
      defaults: {destination: files}
      \(names.isEmpty ? "apps: {}" : "apps:\n" + names.joined(separator: "\n"))
      """
  }

  /// Apps of the first one's group, each under a name that a manifest takes.
  private var entries: [String] {
    var seen: Set<String> = ["discover", "include"]
    let group = apps.first.map { "\($0.subscription)/\($0.resourceGroup)" }
    let own = apps.filter { "\($0.subscription)/\($0.resourceGroup)" == group }
    return own.prefix(Self.mostApps).enumerated().map { index, app in
      let isPlain = app.name.wholeMatch(of: #/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}/#) != nil
      let key = isPlain && seen.insert(app.name).inserted ? app.name : "app-of-cloud-\(index + 1)"
      let collection = Self.quoted(app.collection)
      return "  \(Self.quoted(key)): {with: {collection: \(collection), app: \(Self.quoted(app.name))}}"
    }
  }

  /// As YAML takes any text.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{2029}":
        "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
          + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  // MARK: Storage

  private var storage: String {
    """
    A storage client takes the connection string or the container's address with its signature; rclone takes the latter:
      \(endpoints.connectionString)
      \(endpoints.stagingSAS)
      rclone ls ":azureblob,sas_url='\(endpoints.stagingSAS)':\(endpoints.stagingContainer)"
    """
  }
}
