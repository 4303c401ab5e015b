// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// The sections of a manifest and of what it includes, each put together of all files, the manifest's own part first.
struct ManifestSections {
  /// Whose pairs they are.
  enum Owner { case manifest, included, apps }

  /// Paths, and what is in them.
  struct Include {
    var node: YAMLNode
    var role: IncludeReader.Role
  }

  /// Those that more than one file may have a part of.
  static let shared = ["variables", "secrets", "services", "destinations", "apps", "exports", "notify"]
  /// Those that only the manifest has.
  static let own = ["manifest", "name", "defaults"]

  /// What only the manifest says, and what nobody knows.
  private var pairs: [YAMLNode.Pair] = []
  private var parts: [String: [YAMLNode.Pair]] = [:]

  /// Takes the pairs of a file, and gives what it includes.
  mutating func take(_ given: [YAMLNode.Pair], as owner: Owner, _ problems: inout DiagnosticList) -> [Include] {
    if owner == .apps { return takeApps(given, &problems) }
    var includes: [Include] = []
    for pair in given {
      let key = pair.key.text ?? ""
      if key == "include" {
        if pair.value.json != .null { includes.append(Include(node: pair.value, role: .sections)) }
      } else if key == "apps" {
        includes += takeAppsSection(pair)
      } else if Self.shared.contains(key) {
        parts[key, default: []].append(pair)
      } else if owner == .manifest {
        pairs.append(pair)
      } else {
        Self.refuse(pair.key, &problems)
      }
    }
    return includes
  }

  /// The pairs of the whole: a section that stands in one file only is as it was written there.
  func merged(_ problems: inout DiagnosticList) -> [YAMLNode.Pair] {
    var result = pairs
    for name in Self.shared {
      guard let all = parts[name], let first = all.first else { continue }
      if all.count == 1 {
        result.append(first)
        continue
      }
      let value = YAMLNode(.mapping(Self.members(of: all, name, &problems)), at: first.value.place)
      result.append(YAMLNode.Pair(key: first.key, value: value))
    }
    return result
  }

  // MARK: Parts

  /// The apps of a file that is included under `apps:`, bare or under a key `apps`.
  private mutating func takeApps(_ given: [YAMLNode.Pair], _ problems: inout DiagnosticList) -> [Include] {
    guard let section = given.first(where: { $0.key.text == "apps" }) else {
      guard let first = given.first else { return [] }
      let key = YAMLNode(.scalar("apps", isPlain: true), at: first.key.place)
      return takeAppsSection(YAMLNode.Pair(key: key, value: YAMLNode(.mapping(given), at: first.key.place)))
    }
    for pair in given where pair.key.text != "apps" {
      problems.add(
        Diagnostic(
          code: "M031", "'\(pair.key.text ?? "")' cannot stand beside 'apps' in a file that is included under 'apps'",
          at: pair.key.place, help: "include the file at the top level, or leave it out"))
    }
    return takeAppsSection(section)
  }

  /// The apps of a section; its `include` is no app.
  private mutating func takeAppsSection(_ section: YAMLNode.Pair) -> [Include] {
    guard case .mapping(let pairs) = section.value.kind,
      let include = pairs.first(where: { $0.key.text == "include" })
    else {
      parts["apps", default: []].append(section)
      return []
    }
    let apps = YAMLNode(.mapping(pairs.filter { $0.key.text != "include" }), at: section.value.place)
    parts["apps", default: []].append(YAMLNode.Pair(key: section.key, value: apps))
    return [Include(node: include.value, role: .apps)]
  }

  private static func refuse(_ key: YAMLNode, _ problems: inout DiagnosticList) {
    let name = key.text ?? ""
    guard own.contains(name) else {
      let help = Suggestion.help(for: name, in: shared + ["include"])
      problems.add(Diagnostic(code: "M001", "unknown key '\(name)' in an included file", at: key.place, help: help))
      return
    }
    problems.add(
      Diagnostic(
        code: "M031", "'\(name)' cannot stand in an included file", at: key.place,
        help: name == "defaults" ? "write it in the manifest: it is for every export" : "write it in the manifest"))
  }

  private static func members(
    of all: [YAMLNode.Pair], _ name: String, _ problems: inout DiagnosticList
  ) -> [YAMLNode.Pair] {
    var members: [YAMLNode.Pair] = []
    var places: [String: SourcePlace] = [:]
    for part in all {
      guard case .mapping(let pairs) = part.value.kind else {
        if part.value.json == .null { continue }
        let message = "'\(name)' must be a mapping, not \(part.value.noun)"
        problems.add(Diagnostic(code: "M001", message, at: part.value.place))
        continue
      }
      for pair in pairs {
        let key = pair.key.text ?? ""
        if let first = places[key] {
          problems.add(
            Diagnostic(
              code: "M032", "'\(key)' of '\(name)' is given in two files", at: pair.key.place,
              related: [Diagnostic.Related("it was first given here", at: first)]))
          continue
        }
        places[key] = pair.key.place
        members.append(pair)
      }
    }
    return members
  }
}
