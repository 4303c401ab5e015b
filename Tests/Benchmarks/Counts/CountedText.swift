// SPDX-License-Identifier: Apache-2.0

/// Manifests that works begin with.
enum CountedText {
  /// Many apps, each with parameters, labels and a line of its own for each.
  static func manyApps(_ count: Int) -> String {
    var text = head
    for app in 0..<count {
      text += """
          shop-\(app):
            # Asked for by the team that owns it; its page in the catalogue says who else may be told.
            with:
              collection: collection-\(app / 10)
              app: "shop-\(app)"
            labels:
              tier: \(app % 10 == 0 ? "gold" : "tin")
              market: market-\(app % 30)
              owner: team-\(app % 100)

        """
    }
    text += "exports:\n"
    text += "  days: {service: engagement, apps: all, datasets: [event], window: {every: day, last: 1d}}\n"
    return text
  }

  /// Eight jobs for each app and day, half of them after the other half of the same app.
  static func manyJobs(apps: Int) -> String {
    var text = head
    for app in 0..<apps {
      text +=
        "  shop-\(app): {with: {collection: shop, app: shop-\(app)}, labels: {tier: \(app % 10 == 0 ? "gold" : "tin")}}\n"
    }
    return text + """
      exports:
        first:
          service: engagement
          apps: all
          datasets: [activity, event, job, error]
          window: {every: day, from: 2015-01-01, to: 2015-02-20}
        second:
          service: engagement
          apps: all
          datasets: [crash, session, activity, event]
          window: {every: day, from: 2015-01-01, to: 2015-02-20}
          format: csv
          after: [{export: first, match: app}]

      """
  }

  /// Up to the list of apps.
  private static let head = """
    manifest: 1
    name: counts
    secrets: {token: {env: TOKEN}, key: {env: KEY}}
    services:
      engagement:
        use: azure-mobile-engagement
        with: {subscription: 00000000-0000-0000-0000-000000000001, resource_group: shops}
        credential: {bearer: "${secret.token}"}
    destinations:
      lake:
        azure_container: https://contoso.blob.core.windows.net/exports
        account_key: "${secret.key}"
    defaults: {destination: lake}
    apps:

    """
}
