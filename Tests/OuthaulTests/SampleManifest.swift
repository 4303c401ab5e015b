// SPDX-License-Identifier: Apache-2.0

/// Manifests for whole-program tests.
enum SampleManifest {
  /// Four apps, all eight datasets, a dependency; `days` of history before the as-of instant.
  static func nightly(days: Int = 7, apps: Int = 4, cloud: String = "", attempts: Int = 5) -> String {
    """
    manifest: 1
    name: nightly
    variables:
      base: https://management.azure.com
      authority: https://login.microsoftonline.com
      tenant: contoso.example
      client: 11111111-1111-1111-1111-111111111111
      container: https://contoso.blob.core.windows.net/staging
    secrets:
      engagement_secret: {env: ENGAGEMENT_SECRET}
      staging_key: {env: STAGING_KEY}
    services:
      engagement:
        use: azure-mobile-engagement
        base: "${var.base}"
        with: {subscription: 00000000-0000-0000-0000-000000000001, resource_group: MobileEngagement, extended: true}
        credential:
          azure_client:
            tenant: "${var.tenant}"
            client: "${var.client}"
            secret: "${secret.engagement_secret}"
            authority: "${var.authority}"
    destinations:
      staging:
        azure_container: "${var.container}"
        account_key: "${secret.staging_key}"
      files:
        directory: exports
        staging: staging
    apps:
    \((1...apps).map { "  app-\($0): {with: {collection: contoso, app: app-\($0)}}" }.joined(separator: "\n"))
    defaults:
      destination: files
      format: json
      retry: {attempts: \(attempts), first: 50ms, factor: 2, most: 500ms, cool_down: 200ms}
    exports:
      snapshots:
        service: engagement
        apps: all
        datasets: [push, tag, device, token]
        window: {every: day, zone: UTC}
        push: {campaigns: {type: announcement, active_in: window}}
      history:
        service: engagement
        apps: all
        datasets: [activity, event, job, error]
        window: {every: day, last: \(days)d, zone: UTC}
        after: [{export: snapshots, match: app}]

    """
  }
}
