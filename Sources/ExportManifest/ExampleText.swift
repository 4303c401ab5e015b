// SPDX-License-Identifier: Apache-2.0

/// Sections that several examples show with one line changed.
enum ExampleText {
  static func history(
    apps: String = "all", datasets: String = "[event]",
    window: String = "window: {every: day, from: 2016-01-01, through: 2016-01-07}"
  ) -> String {
    """
    exports:
      history:
        service: engagement
        apps: \(apps)
        datasets: \(datasets)
        \(window)
    """
  }

  static func snapshots(_ line: String) -> String {
    """
    exports:
      snapshots:
        service: engagement
        apps: all
        datasets: [push]
        window: {every: day}
        \(line)
    """
  }

  /// Two exports; the line belongs to the second.
  static func exports(_ line: String) -> String {
    """
    exports:
      snapshots: {service: engagement, apps: all, datasets: [tag], window: {every: day}}
      history:
        service: engagement
        apps: all
        datasets: [event]
        window: {every: day, last: 7d}
        \(line)
    """
  }

  /// One notification; the line belongs to it.
  static func notify(_ line: String) -> String {
    """
    notify:
      team:
        url: https://hooks.example/exports
        \(line)
    """
  }

  static func service(_ line: String, with parameters: String = "subscription: s-1, resource_group: shop") -> String {
    """
    services:
      engagement:
        use: azure-mobile-engagement
        with: {\(parameters)}
        \(line)
    """
  }
}
