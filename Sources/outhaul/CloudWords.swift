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
          with: {subscription: \(endpoints.subscription), resource_group: \(group)}
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

  /// Apps of the first one's group whose names are plain, each name once.
  private var entries: [String] {
    var seen: Set<String> = []
    let group = apps.first.map { "\($0.subscription)/\($0.resourceGroup)" }
    let plain = apps.filter { app in
      "\(app.subscription)/\(app.resourceGroup)" == group
        && [app.name, app.collection].allSatisfy { $0.wholeMatch(of: #/[A-Za-z][A-Za-z0-9_-]*/#) != nil }
        && seen.insert(app.name).inserted
    }
    return plain.prefix(Self.mostApps).map { "  \($0.name): {with: {collection: \($0.collection), app: \($0.name)}}" }
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
