// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The manifests that are measured with.
enum Inputs {
  /// 50 days; apps × 8 datasets × 50 days are the jobs: two exports of four datasets, the second after the first.
  static let jobsPerApp = 400

  /// What makes plans of the same size differ.
  enum Shape: String {
    /// A gate for each app.
    case byApp = "app"
    /// A gate for each app and day.
    case byWindow = "window"
    /// Each day after the day before.
    case sequential
  }

  static func plan(_ jobs: Int, _ shape: Shape) -> Input {
    Input("\(shape.rawValue)-\(jobs).yaml") { folder, name in
      var file = try TextFile(folder.path(of: name))
      try head(&file)
      try file.line("apps:")
      for app in 0..<jobs / jobsPerApp { try file.line(appLine(app)) }
      try file.line("exports:")
      try export("first", "[activity, event, job, error]", &file)
      if shape == .sequential { try file.line("    order: sequential") }
      try export("second", "[crash, session, activity, event]", &file)
      try file.line("    format: csv")
      try file.line("    after: [{export: first, match: \(shape == .byWindow ? "window" : "app")}]")
      try file.close()
    }
  }

  /// A state directory in which every job of a plan file is verified.
  static func ledger(_ jobs: Int, plan: String) -> Input {
    Input("ledger-\(jobs)") { folder, name in
      let errors = folder.path(of: "errors.txt")
      let child = try Child.run([folder.engine, "ledger", plan, name], in: folder.path, errors: errors)
      guard child.status == 0 else { throw Failure("the ledger cannot be made: \(folder.text(of: "errors.txt"))") }
    }
  }

  /// Many apps, each with parameters, labels and a line of its own for each: nearly all of it is YAML.
  static func apps(_ count: Int) -> Input {
    Input("apps-\(count).yaml") { folder, name in
      var file = try TextFile(folder.path(of: name))
      try head(&file)
      try file.line("apps:")
      for app in 0..<count { try block(app, &file) }
      try exportOfEverything(&file)
      try file.close()
    }
  }

  /// As many apps, in files of a hundred each.
  static func included(_ count: Int) -> Input {
    Input("included-\(count).yaml") { folder, name in
      try FileManager.default.createDirectory(
        atPath: folder.path(of: "catalogue"), withIntermediateDirectories: true)
      for first in stride(from: 0, to: count, by: 100) {
        var part = try TextFile(folder.path(of: "catalogue/\(first).yaml"))
        try part.line("apps:")
        for app in first..<min(first + 100, count) { try block(app, &part) }
        try part.close()
      }
      var file = try TextFile(folder.path(of: name))
      try head(&file)
      try file.line("include: catalogue/*.yaml")
      try exportOfEverything(&file)
      try file.close()
    }
  }

  /// YAML that means next to nothing, so that reading it is what takes time: variables that nobody uses.
  static func variables(_ count: Int) -> Input {
    Input("variables-\(count).yaml") { folder, name in
      var file = try TextFile(folder.path(of: name))
      try head(&file)
      try file.line("variables:")
      try file.line("  table:")
      for row in 0..<count {
        try file.line("    - {collection: collection-\(row / 10), app: app-\(row),")
        try file.line("       labels: {tier: gold, market: market-\(row % 30), owner: \"team \(row % 100)\"},")
        try file.line("       page: https://catalogue.contoso.example/\(row),")
        try file.line("       note: a row of a table that the manifest carries along and no export takes}")
      }
      try file.line("apps:")
      try file.line(appLine(0))
      try exportOfEverything(&file)
      try file.close()
    }
  }

  // MARK: Parts

  private static func head(_ file: inout TextFile) throws {
    try file.line("manifest: 1")
    try file.line("name: benchmark")
    try file.line("secrets: {token: {env: TOKEN}, key: {env: KEY}}")
    try file.line("services:")
    try file.line("  engagement:")
    try file.line("    use: azure-mobile-engagement")
    try file.line("    with: {subscription: 00000000-0000-0000-0000-000000000001, resource_group: shops}")
    try file.line(#"    credential: {bearer: "${secret.token}"}"#)
    try file.line("destinations:")
    try file.line("  lake:")
    try file.line("    azure_container: https://contoso.blob.core.windows.net/exports")
    try file.line(#"    account_key: "${secret.key}""#)
    try file.line("defaults: {destination: lake}")
  }

  private static func appLine(_ app: Int) -> String {
    "  shop-\(app): {with: {collection: shop, app: shop-\(app)}, labels: {tier: \(app % 10 == 0 ? "gold" : "tin")}}"
  }

  private static func block(_ app: Int, _ file: inout TextFile) throws {
    try file.line("  shop-\(app):")
    try file.line("    # Asked for by the team that owns it; its page in the catalogue says who else may be told.")
    try file.line("    with:")
    try file.line("      collection: collection-\(app / 10)")
    try file.line("      app: \"shop-\(app)\"")
    try file.line("    labels:")
    try file.line("      tier: \(app % 10 == 0 ? "gold" : "tin")")
    try file.line("      market: market-\(app % 30)")
    try file.line("      owner: team-\(app % 100)")
  }

  private static func exportOfEverything(_ file: inout TextFile) throws {
    try file.line("exports:")
    try file.line("  days: {service: engagement, apps: all, datasets: [event], window: {every: day, last: 1d}}")
  }

  private static func export(_ name: String, _ datasets: String, _ file: inout TextFile) throws {
    try file.line("  \(name):")
    try file.line("    service: engagement")
    try file.line("    apps: all")
    try file.line("    datasets: \(datasets)")
    try file.line("    window: {every: day, from: 2015-01-01, to: 2015-02-20}")
  }
}

/// A file that rows are measured with, made when the first of them needs it.
struct Input {
  let name: String
  private let make: (WorkFolder, String) throws -> Void

  init(_ name: String, _ make: @escaping (WorkFolder, String) throws -> Void) {
    (self.name, self.make) = (name, make)
  }

  func prepare(in folder: WorkFolder) throws {
    if !folder.exists(name) { try make(folder, name) }
  }
}
