// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// The sections of a manifest, one method each; problems gather in one list.
struct ManifestParts {
  let file: SourceFile
  /// False when a file that was to be included could not be had: sections are not missed.
  var isWhole = true
  var problems = DiagnosticList()
  var names = SectionNames()
  var secretUses: [Located<String>] = []
  /// Where the values of parameters and options stand.
  var parameterPlaces: Set<SourcePlace> = []
  /// Where secrets stand that cannot stand there.
  var misplaced: Set<SourcePlace> = []

  mutating func manifest(_ top: inout MappingReader) -> Manifest {
    if let version = top.required("manifest", &problems), version.json != 1 {
      let help = version.text == "1" ? "write 1, without quotes" : "write 1"
      add("M002", "unknown manifest version \(version.shown)", at: version.place, help: help)
    }
    let name = top.required("name", &problems).flatMap { text($0, "the name") } ?? "unnamed"
    for name in ["variables", "include"] { _ = top.optional(name) }
    var manifest = Manifest(name: name, file: file)
    for (name, reference) in secrets(top.optional("secrets")) {
      manifest.secrets[name.value] = reference
      manifest.secretPlaces[name.value] = name.place
    }
    manifest.services = named(section("services", &top), "services") { $0.service($1, $2) }
    manifest.destinations = named(section("destinations", &top), "destinations") { $0.destination($1, $2) }
    var discoveries: [DiscoverySetting]?
    manifest.apps = named(section("apps", &top), "apps") { parts, name, node in
      guard name.value == "discover" else { return parts.app(name, node) }
      discoveries = parts.discoveries(node)
      return nil
    }
    // One that could not be read was told; what its apps are is no less unknown.
    manifest.awaitsCatalogue = discoveries != nil
    manifest.discoveries = discoveries ?? []
    let defaultsNode = top.optional("defaults")
    var defaults = self.defaults(defaultsNode)
    if defaultsNode == nil, top.misspells("defaults") { defaults.isRead = false }
    manifest.exports = named(section("exports", &top), "exports") { $0.export($1, $2, defaults) }
    if let node = top.optional("notify") {
      manifest.notifications = named(node, "notify") { $0.notification($1, $2) }
    }
    top.finish(later: ManifestReader.later, &problems)
    return manifest
  }

  private mutating func section(_ name: String, _ top: inout MappingReader) -> YAMLNode? {
    isWhole ? top.required(name, &problems) : top.optional(name)
  }
}
