// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import Foundation

/// A manifest to begin with, from a few answers. A value: the same answers give the same text.
public struct ManifestDraft: Sendable {
  public struct App: Sendable {
    public var name: String
    /// For the parameters that the service's description requires of an app, in their order.
    public var values: [String]

    public init(name: String, values: [String]) { (self.name, self.values) = (name, values) }
  }

  public enum Destination: Sendable {
    case directory(String, staging: String)
    case container(String)
  }

  public var name = "exports"
  /// What the line for editors names: a path from the manifest's folder on, or a URL.
  public var schema = "manifest.schema.json"
  /// A bundled description.
  public var service = "azure-mobile-engagement"
  /// Of the service; what is required and not given stands as a placeholder.
  public var parameters: [String: String] = [:]
  public var apps: [App] = []
  /// Empty: all that need no switch.
  public var datasets: [String] = []
  public var every = "day"
  /// The first day; `nil`: the last seven days.
  public var from: String?
  public var destination = Destination.directory("exports", staging: "https://ACCOUNT.blob.core.windows.net/staging")

  public init() {}

  /// Names of what can be asked for.
  public static var services: [String] { BundledDescriptions.names }

  /// - Returns: `nil` for a service that is not bundled.
  public static func traits(of service: String) -> ServiceTraits? {
    BundledDescriptions.file(named: service).flatMap { ServiceDescription.load($0).description?.traits }
  }

  public func text(_ traits: ServiceTraits) -> String {
    let wanted = traits.datasets.filter { dataset in
      datasets.isEmpty
        ? dataset.needs == nil
        : !Set([dataset.name] + dataset.aliases).isDisjoint(with: datasets.map { $0.lowercased() })
    }
    let needs = Set(wanted.compactMap(\.needs))
    let parts =
      [
        head, section("services", serviceLines(traits, needs: needs)), destinations, section("apps", appLines(traits)),
        "defaults:\n  destination: \(landing)\n  format: \(traits.formats.first ?? "json")\n",
        "exports:\n" + exports(wanted),
      ]
    return parts.joined(separator: "\n")
  }

  // MARK: Parts

  private var head: String {
    """
    # yaml-language-server: $schema=\(schema)
    # Check with 'outhaul validate', look with 'outhaul plan', rehearse with 'outhaul run --local'.
    manifest: 1
    name: \(Self.scalar(name))

    # Where secrets are, never what they are: env, file or command.
    secrets:
      service_secret: {env: SERVICE_SECRET}
      storage_key: {env: STORAGE_KEY}

    """
  }

  private func section(_ name: String, _ lines: [String]) -> String {
    "\(name):\n" + lines.map { "  \($0)\n" }.joined()
  }

  private func serviceLines(_ traits: ServiceTraits, needs: Set<String>) -> [String] {
    var lines = ["source:", "  use: \(service)"]
    let given = traits.parameters.filter { $0.isRequired || parameters[$0.name] != nil || needs.contains($0.name) }
    if !given.isEmpty { lines.append("  with:") }
    for parameter in given {
      let value = parameters[parameter.name].map { parameter.kind == .text ? Self.quoted($0) : $0 }
      let placeholder = needs.contains(parameter.name) ? "true" : "\(parameter.name.uppercased())  # yours"
      lines.append("    \(parameter.name): \(value ?? placeholder)")
    }
    return lines + [
      "  credential:", "    azure_client:", "      tenant: contoso.example  # yours",
      "      client: 11111111-1111-1111-1111-111111111111  # yours", "      secret: \"${secret.service_secret}\"",
    ]
  }

  private var landing: String { if case .directory = destination { "files" } else { "storage" } }

  private var destinations: String {
    let container: String
    var files: [String] = []
    switch destination {
    case .container(let url): container = Self.plain(url)
    case .directory(let path, let staging):
      container = Self.plain(staging) + (staging.contains("ACCOUNT") ? "  # yours" : "")
      files = ["# Checked files are brought here.", "files: {directory: \(Self.quoted(path)), staging: storage}"]
    }
    return section(
      "destinations",
      [
        "# The service writes here.", "storage:", "  azure_container: \(container)",
        "  account_key: \"${secret.storage_key}\"",
      ] + files)
  }

  private func appLines(_ traits: ServiceTraits) -> [String] {
    let names = traits.appParameters.filter(\.isRequired).map(\.name)
    let all = apps.isEmpty ? [App(name: "my-app", values: names.map { $0.uppercased() })] : apps
    return all.map { app in
      let members = zip(names, app.values).map { "\($0): \(Self.quoted($1))" }
      return "\(app.name): {with: {\(members.joined(separator: ", "))}}" + (apps.isEmpty ? "  # yours" : "")
    }
  }

  private func exports(_ datasets: [DatasetTraits]) -> String {
    let snapshots = datasets.filter { $0.kind == .snapshot }.map(\.name)
    let historical = datasets.filter { $0.kind == .historical }.map(\.name)
    var text = ""
    if !snapshots.isEmpty {
      text += """
          # How things are, once a day; a day that was missed cannot be made good.
          snapshots:
            service: source
            apps: all
            datasets: [\(snapshots.joined(separator: ", "))]
            window: {every: day}

        """
    }
    if !historical.isEmpty {
      let bounds = from.map { "from: \($0)" } ?? "last: 7d"
      text += """
          # What happened, by window.
          history:
            service: source
            apps: all
            datasets: [\(historical.joined(separator: ", "))]
            window: {every: \(every), \(bounds)}

        """
    }
    return text
  }

  /// A URL as it is, what could be read otherwise in quotes.
  private static func plain(_ url: String) -> String {
    url.wholeMatch(of: #/[A-Za-z]+:\/\/[^\s#,{}\[\]"']+/#) == nil ? quoted(url) : url
  }

  /// In quotes, so that it is a text whatever it looks like.
  private static func quoted(_ text: String) -> String { JSONValue.string(text).canonicalText }

  private static func scalar(_ text: String) -> String {
    text.wholeMatch(of: #/[A-Za-z][A-Za-z0-9_\-]*/#) == nil ? quoted(text) : text
  }
}
