// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

/// What `discover` finds, as text to commit.
public struct Catalogue: Sendable {
  public let apps: [AppSetting]
  /// `catalogue:SERVICE`, with the digest of its apps.
  public let inputs: [PlanInput]
  /// What the services' answers gave rise to.
  public let warnings: DiagnosticList

  init(_ manifest: Manifest, _ inputs: [PlanInput], _ warnings: DiagnosticList) {
    self.warnings = warnings
    apps = manifest.apps.filter { !$0.found.isEmpty }.sorted { $0.name.value < $1.name.value }
    self.inputs = inputs.filter { $0.name.hasPrefix("catalogue:") }
  }

  /// A section `apps:` of a manifest.
  public var yaml: String {
    var lines = inputs.map { input in
      let count = apps.count { $0.found[String(input.name.dropFirst("catalogue:".count))] != nil }
      return "# \(input.name), \(count) app\(count == 1 ? "" : "s"), \(input.digest)"
    }
    lines.append("apps:")
    for app in apps {
      var members = ["with: " + Self.flow(app.parameters.mapValues(\.value))]
      if !app.labels.isEmpty { members.append("labels: " + Self.flow(app.labels.mapValues { .string($0) })) }
      lines.append("  \(Self.scalar(.string(app.name.value))): {\(members.joined(separator: ", "))}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `{"apps": {NAME: {labels, with}}, "catalogues": {SERVICE: digest}}`.
  public var json: String {
    let apps = apps.map { app -> (String, JSONValue) in
      (
        app.name.value,
        [
          "labels": .object(app.labels.mapValues { .string($0) }), "with": .object(app.parameters.mapValues(\.value)),
        ]
      )
    }
    let digests = inputs.map { (String($0.name.dropFirst("catalogue:".count)), JSONValue.string("\($0.digest)")) }
    let value: JSONValue = [
      "catalogue": 1,
      "apps": .object(Dictionary(apps, uniquingKeysWith: { first, _ in first })),
      "catalogues": .object(Dictionary(digests, uniquingKeysWith: { first, _ in first })),
    ]
    return value.canonicalText
  }

  private static func flow(_ members: [String: JSONValue]) -> String {
    "{"
      + members.sorted { $0.key < $1.key }.map { "\(scalar(.string($0.key))): \(scalar($0.value))" }
      .joined(separator: ", ") + "}"
  }

  /// Plain where no reader of YAML can take it for anything but this text, otherwise as JSON writes it.
  private static func scalar(_ value: JSONValue) -> String {
    guard let text = value.string else { return value.canonicalText }
    let words: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    let isPlain = text.wholeMatch(of: #/[A-Za-z_][A-Za-z0-9_.\-]*/#) != nil && !words.contains(text.lowercased())
    return isPlain ? text : value.canonicalText
  }
}
