// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Puts the apps of catalogues into a manifest. Pure: the same catalogues in any order give the same apps.
public struct Discovery: Sendable {
  /// The manifest with plain apps: those that are written, in their order, then those that were found, by name.
  public private(set) var manifest: Manifest
  /// `catalogue:SERVICE`, with the digest of the apps that were taken from it.
  public private(set) var inputs: [PlanInput] = []
  public private(set) var diagnostics = DiagnosticList()

  /// - Parameters:
  ///   - catalogues: by the manifest's service names: what each service tells.
  ///   - traits: by the manifest's service names.
  public init(_ manifest: Manifest, catalogues: [String: FoundApps], traits: [String: ServiceTraits]) {
    self.manifest = manifest
    self.manifest.awaitsCatalogue = false
    guard !manifest.discoveries.isEmpty else { return }
    var names = AppNames(written: manifest.apps, traits: manifest.appTraits(traits))
    for service in manifest.discoveries.map(\.service.value) { names.add(catalogues[service]?.apps ?? [], of: service) }
    let entries = names.named()
    var taken: [Int: Taken] = [:]
    for discovery in manifest.discoveries {
      let service = discovery.service
      let fits = entries.indices.filter { index in
        entries[index].labels[service.value] != nil
          && (discovery.match.isEmpty || discovery.match.contains { $0.matches(entries[index].name) })
      }
      for index in fits { taken[index, default: Taken(discovery.service.place)].add(discovery, entries[index]) }
      if fits.isEmpty { tellNothing(discovery, catalogues[service.value]?.apps ?? []) }
    }
    tellAbsent(catalogues)
    let chosen = taken.sorted { $0.key < $1.key }.map { (entries[$0.key], $0.value) }
    tellClashes(chosen)
    for service in Set(manifest.discoveries.map(\.service.value)).sorted() {
      inputs.append(PlanInput(name: "catalogue:\(service)", digest: Self.digest(of: chosen, in: service)))
    }
    for (entry, taken) in chosen { put(entry, taken) }
  }

  /// How an app came to be taken.
  private struct Taken {
    var place: SourcePlace
    /// By service: those of its catalogue.
    var found: [String: [String: String]] = [:]
    var labels: [String: String] = [:]

    init(_ place: SourcePlace) { self.place = place }

    mutating func add(_ discovery: DiscoverySetting, _ entry: AppNames.Entry) {
      let service = discovery.service.value
      let told = entry.labels[service] ?? [:]
      found[service] = told
      labels.merge(told) { first, _ in first }
      labels.merge(discovery.labels) { $1 }
    }
  }

  /// An app that is written is the one that was found with the same parameters: what is written of it wins.
  private mutating func put(_ entry: AppNames.Entry, _ taken: Taken) {
    if let written = entry.written {
      manifest.apps[written].found = taken.found
      manifest.apps[written].labels.merge(taken.labels) { own, _ in own }
      return
    }
    var app = AppSetting(
      name: Located(entry.name, at: taken.place),
      parameters: entry.parameters.mapValues { Located($0, at: taken.place) }, labels: taken.labels)
    app.found = taken.found
    manifest.apps.append(app)
  }

  /// Of the canonical JSON of a service's apps that were taken, by name.
  private static func digest(of chosen: [(AppNames.Entry, Taken)], in service: String) -> Digest {
    let apps = chosen.compactMap { entry, taken -> JSONValue? in
      taken.found[service].map { labels in
        [
          "labels": .object(labels.mapValues { .string($0) }), "name": .string(entry.name),
          "with": .object(entry.parameters),
        ]
      }
    }
    return Digest(of: JSONValue.array(apps).canonicalBytes)
  }

  // MARK: Diagnostics

  private mutating func tellNothing(_ discovery: DiscoverySetting, _ catalogue: [FoundApp]) {
    let service = discovery.service
    let patterns = discovery.match.map { "'\($0.pattern)'" }.joined(separator: " or ")
    diagnostics.add(
      catalogue.isEmpty
        ? Diagnostic(
          code: "P011", "the catalogue of '\(service.value)' has no app", at: service.place,
          help: "check the service's 'with' and what its credential may see")
        : Diagnostic(
          code: "P011", "no app of the catalogue of '\(service.value)' is called \(patterns)", at: service.place,
          help: "'outhaul apps' lists all \(catalogue.count)"))
  }

  /// A catalogue that became narrower would plan less, and nobody would know.
  private mutating func tellAbsent(_ catalogues: [String: FoundApps]) {
    var told: Set<String> = []
    for service in manifest.discoveries.map(\.service) where told.insert(service.value).inserted {
      guard let absent = catalogues[service.value]?.absentWords else { continue }
      diagnostics.add(
        Diagnostic(
          .warning, code: "P015",
          "the catalogue of '\(service.value)' has no list of apps for \(absent): no app is found there",
          at: service.place, help: "nothing is to be done where it is still being made or was taken away"))
    }
  }

  /// What stands in the way of a name of its own for every app.
  private mutating func tellClashes(_ chosen: [(AppNames.Entry, Taken)]) {
    let help = "write it under 'apps' with a name of its own"
    let written = Set(manifest.apps.map(\.name.value))
    for (entry, taken) in chosen where entry.written == nil && written.contains(entry.name) {
      diagnostics.add(
        Diagnostic(
          code: "P010", "the app '\(entry.title)' would be called '\(entry.name)', as another that is written",
          at: taken.place, help: help))
    }
    for (entry, taken) in chosen where !AppSetting.isName(entry.name) || entry.name == "discover" {
      diagnostics.add(
        Diagnostic(code: "P010", "the app '\(entry.title)' has no name that can be used", at: taken.place, help: help))
    }
    for (first, second) in zip(chosen, chosen.dropFirst()) where first.0.name == second.0.name {
      diagnostics.add(
        Diagnostic(
          code: "P010", "the apps '\(first.0.title)' and '\(second.0.title)' would both be called '\(second.0.name)'",
          at: second.1.place, help: help))
    }
  }
}

extension Manifest {
  /// What `with:` of an app takes, by the services whose catalogues are asked.
  fileprivate func appTraits(_ traits: [String: ServiceTraits]) -> [ParameterTraits] {
    discoveries.lazy.compactMap { traits[$0.service.value] }.first?.appParameters ?? []
  }
}
