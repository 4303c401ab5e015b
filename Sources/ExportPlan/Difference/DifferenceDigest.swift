// SPDX-License-Identifier: Apache-2.0

/// A difference in so few lines that a person reads them all: what is alike over many names is told once, and what is
/// too much is summed up.
struct DifferenceDigest {
  /// More groups of one export and kind are summed up in one.
  static let groupLimit = 50
  /// More settings of one kind, each for another name, are told as one.
  static let settingLimit = 20

  /// Settings that changed in one way, for one name or many.
  struct Settings: Equatable {
    /// With `*` where the names differ.
    var path: String
    var before: String?
    var after: String?
    /// What `*` stands for; none for a setting of its own.
    var names: [String] = []
    /// Values differ from name to name.
    var isVarious = false
  }

  let groups: [PlanDifference.Group]
  let settings: [Settings]

  /// - Parameter isWhole: nothing is put together.
  init(_ difference: PlanDifference, isWhole: Bool) {
    groups = isWhole ? difference.groups : Self.summed(difference.groups)
    settings =
      isWhole
      ? difference.settings.map { Settings(path: $0.path, before: $0.before, after: $0.after) }
      : Self.folded(difference.settings)
  }

  // MARK: Groups

  private struct Sort: Hashable {
    var kind: PlanDifference.Kind
    var change: PlanDifference.Change?
    var export: String
  }

  private static func summed(_ groups: [PlanDifference.Group]) -> [PlanDifference.Group] {
    func sort(_ group: PlanDifference.Group) -> Sort {
      Sort(kind: group.kind, change: group.change, export: group.export)
    }
    let counts = groups.reduce(into: [:]) { $0[sort($1), default: 0] += 1 }
    var result: [PlanDifference.Group] = []
    for group in groups {
      guard let last = result.last, sort(last) == sort(group), counts[sort(group)] ?? 0 > groupLimit else {
        result.append(group)
        continue
      }
      result[result.count - 1].lastLabel = group.lastLabel
      result[result.count - 1].jobs += group.jobs
      result[result.count - 1].ranges += 1
      if last.apps != group.apps { result[result.count - 1].apps = Set(last.apps + group.apps).sorted() }
      if last.datasets != group.datasets {
        result[result.count - 1].datasets = Set(last.datasets + group.datasets).sorted()
      }
    }
    return result
  }

  // MARK: Settings

  /// What settings have in common that are told together.
  private struct Likeness: Hashable {
    var path: String
    var before: String?
    var after: String?
    /// Told for themselves, whatever they are.
    var index: Int?
  }

  private static func folded(_ settings: [PlanDifference.Setting]) -> [Settings] {
    let all = settings.map { setting in
      let starred = starred(setting)
      return Settings(
        path: starred?.path ?? setting.path, before: setting.before, after: setting.after,
        names: starred.map { [$0.name] } ?? [])
    }
    // First what changed alike, then what is too much to be told one by one.
    let alike = joined(all, above: 1) { Likeness(path: $0.path, before: $0.before, after: $0.after) }
    let few = joined(alike, above: settingLimit) { setting in
      Likeness(path: setting.path, before: setting.before.map { _ in "" }, after: setting.after.map { _ in "" })
    }
    return few.map { setting in
      guard setting.names.count == 1, let name = setting.names.first else { return setting }
      return Settings(
        path: setting.path.replacing("*", with: name, maxReplacements: 1), before: setting.before, after: setting.after)
    }
  }

  /// Settings of names, where more than `limit` have the same likeness, as one each; in the order of the first ones.
  private static func joined(
    _ settings: [Settings], above limit: Int, _ likeness: (Settings) -> Likeness
  ) -> [Settings] {
    let counts = settings.reduce(into: [:]) { $0[likeness($1), default: 0] += 1 }
    var result: [Settings] = []
    var places: [Likeness: Int] = [:]
    for setting in settings {
      let likeness = likeness(setting)
      guard !setting.names.isEmpty, counts[likeness] ?? 0 > limit else {
        result.append(setting)
        continue
      }
      guard let place = places[likeness] else {
        places[likeness] = result.count
        result.append(setting)
        continue
      }
      result[place].names += setting.names
      if result[place].before != setting.before || result[place].after != setting.after {
        result[place].isVarious = true
      }
    }
    return result
  }

  /// The path with `*` for the name, and the name; `nil` where the second step is no name.
  private static func starred(_ setting: PlanDifference.Setting) -> (path: String, name: String)? {
    let named: Set = ["apps", "destinations", "exports", "inputs", "notify", "secrets", "services"]
    guard setting.steps.count > 1, named.contains(setting.steps[0]) else { return nil }
    return (([setting.steps[0], "*"] + setting.steps.dropFirst(2)).joined(separator: "/"), setting.steps[1])
  }
}
