// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Names for the apps of catalogues. An app keeps its own name where that is unique over all catalogues and what is
/// written in the manifest; otherwise it is called `GROUP.NAME`. What cannot stand in a name becomes `-`.
struct AppNames {
  struct Entry {
    /// What the manifest will call it.
    var name: String
    /// What the catalogue calls it, with its group.
    var title: String
    var parameters: [String: JSONValue]
    /// By service.
    var labels: [String: [String: String]]
    /// The manifest's app that has the same parameters.
    var written: Int?
    fileprivate var group: String
  }

  private let traits: [ParameterTraits]
  private let written: [AppSetting]
  private var entries: [Entry] = []
  private var entryOf: [[String: JSONValue]: Int] = [:]
  private var writtenOf: [[String: JSONValue]: Int] = [:]

  init(written: [AppSetting], traits: [ParameterTraits]) {
    (self.written, self.traits) = (written, traits)
    for (index, app) in written.enumerated() {
      writtenOf[traits.applied(to: app.parameters.mapValues(\.value))] = index
    }
  }

  /// Apps with the same parameters are the same app, whichever catalogue names it.
  mutating func add(_ apps: [FoundApp], of service: String) {
    for app in apps {
      let parameters = traits.applied(to: app.parameters)
      if let known = entryOf[parameters] {
        entries[known].labels[service] = app.labels
        continue
      }
      entryOf[parameters] = entries.count
      entries.append(
        Entry(
          name: Self.clean(app.name), title: app.group.isEmpty ? app.name : "\(app.group)/\(app.name)",
          parameters: app.parameters, labels: [service: app.labels], written: writtenOf[parameters],
          group: Self.clean(app.group)))
    }
  }

  func named() -> [Entry] {
    // 'discover' under 'apps' means something else.
    var uses: [String: Int] = ["discover": 1]
    for app in written { uses[app.name.value, default: 0] += 1 }
    for entry in entries where entry.written == nil { uses[entry.name, default: 0] += 1 }
    return entries.map { entry in
      var entry = entry
      if let index = entry.written {
        entry.name = written[index].name.value
      } else if uses[entry.name] != 1, !entry.group.isEmpty {
        entry.name = "\(entry.group).\(entry.name)"
      }
      return entry
    }.sorted { ($0.name, $0.title) < ($1.name, $1.title) }
  }

  static func clean(_ text: String) -> String {
    let cleaned = String(text.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    return cleaned.hasPrefix(".") ? "-" + cleaned.dropFirst() : cleaned
  }
}
