// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension PlanDifference {
  public enum Format: String, Sendable, CaseIterable { case text, markdown, json }

  /// - Parameter listsJobs: names every job, not only groups of them.
  public func render(as format: Format, listsJobs: Bool = false) -> String {
    switch format {
    case .text: text(listsJobs)
    case .markdown: markdown(listsJobs)
    case .json: json(listsJobs)
    }
  }

  /// `2 jobs added, 1 removed, 1 setting changed`.
  public var headline: String {
    guard !isEmpty else { return "no difference" }
    var parts = Kind.allCases.compactMap { kind -> String? in
      let count = count(kind)
      return count == 0 ? nil : "\(count) job\(count == 1 ? "" : "s") \(kind.rawValue)"
    }
    if !settings.isEmpty {
      parts.append("\(settings.count) setting\(settings.count == 1 ? "" : "s") changed")
    }
    return parts.joined(separator: ", ")
  }

  private func text(_ listsJobs: Bool) -> String {
    let digest = DifferenceDigest(self, isWhole: listsJobs)
    let titles = listsJobs ? titles(of: digest.groups) : digest.groups.map { _ in [] }
    var lines = [headline]
    for (group, titles) in zip(digest.groups, titles) {
      lines.append("  \(group.kind.sign) \(group.summary)")
      lines += titles.map { "      \($0)" }
    }
    lines += digest.settings.map { "  ~ \($0.summary)" }
    return lines.joined(separator: "\n")
  }

  private func markdown(_ listsJobs: Bool) -> String {
    let digest = DifferenceDigest(self, isWhole: listsJobs)
    var lines = ["**Export plan:** \(headline)"]
    if !groups.isEmpty {
      lines += ["", "| | export | windows | jobs | apps | datasets |", "|---|---|---|---:|---|---|"]
      for group in digest.groups {
        let kind = group.kind.rawValue + (group.change.map { ": \($0.words)" } ?? "")
        lines.append(
          "| \(kind) | \(Self.cell(group.export)) | \(Self.cell(group.spans)) | \(group.jobs.count) | "
            + "\(Self.cell(Self.few(group.apps))) | \(Self.cell(Self.few(group.datasets))) |")
      }
    }
    if !settings.isEmpty {
      lines += ["", "| setting | before | after |", "|---|---|---|"]
      for setting in digest.settings {
        let path = setting.path + (setting.names.isEmpty ? "" : " (\(setting.named))")
        lines.append("| \(Self.cell(path)) | \(Self.cell(setting.was)) | \(Self.cell(setting.is)) |")
      }
    }
    if listsJobs, !groups.isEmpty {
      lines += ["", "<details><summary>Every job</summary>", "", "```"]
      for (group, titles) in zip(digest.groups, titles(of: digest.groups)) {
        lines += titles.map { "\(group.kind.sign) \($0)" }
      }
      lines += ["```", "</details>"]
    }
    return lines.joined(separator: "\n")
  }

  private func json(_ listsJobs: Bool) -> String {
    let digest = DifferenceDigest(self, isWhole: listsJobs)
    let titles = listsJobs ? titles(of: digest.groups) : []
    let groups = digest.groups.enumerated().map { index, group -> JSONValue in
      var members: [String: JSONValue] = [
        "kind": .string(group.kind.rawValue), "export": .string(group.export), "count": .int(Int64(group.jobs.count)),
        "first": .string(group.firstLabel), "last": .string(group.lastLabel),
        "apps": .array(group.apps.map { .string($0) }), "datasets": .array(group.datasets.map { .string($0) }),
        "ranges": .int(Int64(group.ranges)),
      ]
      members["change"] = group.change.map { .string($0.rawValue) }
      if listsJobs { members["jobs"] = .array(titles[index].map { .string($0) }) }
      return .object(members)
    }
    let settings = digest.settings.map { setting -> JSONValue in
      var members: [String: JSONValue] = ["path": .string(setting.path)]
      if !setting.isVarious {
        members["before"] = Self.value(setting.before)
        members["after"] = Self.value(setting.after)
      }
      if !setting.names.isEmpty {
        members["count"] = .int(Int64(setting.names.count))
        members["names"] = .array(setting.names.prefix(DifferenceDigest.settingLimit).map { .string($0) })
      }
      return .object(members)
    }
    let counts = Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0.rawValue, JSONValue.int(Int64(count($0)))) })
    return JSONValue.object(
      counts.merging(["groups": .array(groups), "settings": .array(settings), "differs": .bool(!isEmpty), "diff": 1]) {
        $1
      }
    ).canonicalText
  }

  private static func value(_ text: String?) -> JSONValue {
    text.flatMap { try? JSONValue(parsing: $0) } ?? .null
  }

  /// A list that stays short.
  fileprivate static func few(_ names: [String]) -> String {
    guard names.count > 4 else { return names.joined(separator: ", ") }
    return "\(names.prefix(3).joined(separator: ", ")) and \(names.count - 3) more"
  }

  /// What would end a table's cell is written otherwise.
  private static func cell(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}

extension PlanDifference.Kind {
  fileprivate var sign: String {
    switch self {
    case .added: "+"
    case .removed: "-"
    case .changed: "~"
    }
  }
}

extension PlanDifference.Group {
  private var span: String { firstLabel == lastLabel ? firstLabel : "\(firstLabel) to \(lastLabel)" }

  /// `2016-01-01 to 2016-12-31 in 336 ranges`.
  fileprivate var spans: String { ranges == 1 ? span : "\(span) in \(ranges) ranges" }

  fileprivate var summary: String {
    let change = change.map { " (\($0.words))" } ?? ""
    return "\(export), \(spans): \(jobs.count) job\(jobs.count == 1 ? "" : "s") \(kind.rawValue)\(change): "
      + "\(PlanDifference.few(apps)); \(PlanDifference.few(datasets))"
  }
}

extension DifferenceDigest.Settings {
  fileprivate var was: String { isVarious && before != nil ? "various" : before ?? "" }
  fileprivate var `is`: String { isVarious && after != nil ? "various" : after ?? "" }

  /// `2500 apps, such as a, b, c`.
  fileprivate var named: String {
    let noun = path.split(separator: "/").first ?? ""
    guard names.count > 4 else { return "\(names.count) \(noun): \(names.joined(separator: ", "))" }
    return "\(names.count) \(noun), such as \(names.prefix(3).joined(separator: ", "))"
  }

  fileprivate var summary: String {
    let values = "\(was.isEmpty ? "nothing" : was) -> \(`is`.isEmpty ? "nothing" : `is`)"
    return "\(path): \(values)" + (names.isEmpty ? "" : " (\(named))")
  }
}
