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
    var lines = [headline]
    for group in groups {
      lines.append("  \(group.kind.sign) \(group.summary)")
      if listsJobs { lines += titles(of: group).map { "      \($0)" } }
    }
    for setting in settings {
      lines.append("  ~ \(setting.path): \(setting.before ?? "nothing") -> \(setting.after ?? "nothing")")
    }
    return lines.joined(separator: "\n")
  }

  private func markdown(_ listsJobs: Bool) -> String {
    var lines = ["**Export plan:** \(headline)"]
    if !groups.isEmpty {
      lines += ["", "| | export | windows | jobs | apps | datasets |", "|---|---|---|---:|---|---|"]
      for group in groups {
        lines.append(
          "| \(group.kind.rawValue) | \(Self.cell(group.export)) | \(Self.cell(group.span)) | \(group.jobs.count) | "
            + "\(Self.cell(Self.few(group.apps))) | \(Self.cell(Self.few(group.datasets))) |")
      }
    }
    if !settings.isEmpty {
      lines += ["", "| setting | before | after |", "|---|---|---|"]
      for setting in settings {
        let (before, after) = (setting.before ?? "", setting.after ?? "")
        lines.append("| \(Self.cell(setting.path)) | \(Self.cell(before)) | \(Self.cell(after)) |")
      }
    }
    if listsJobs, !groups.isEmpty {
      lines += ["", "<details><summary>Every job</summary>", "", "```"]
      for group in groups { lines += titles(of: group).map { "\(group.kind.sign) \($0)" } }
      lines += ["```", "</details>"]
    }
    return lines.joined(separator: "\n")
  }

  private func json(_ listsJobs: Bool) -> String {
    let groups = groups.map { group -> JSONValue in
      var members: [String: JSONValue] = [
        "kind": .string(group.kind.rawValue), "export": .string(group.export), "count": .int(Int64(group.jobs.count)),
        "first": .string(group.firstLabel), "last": .string(group.lastLabel),
        "apps": .array(group.apps.map { .string($0) }), "datasets": .array(group.datasets.map { .string($0) }),
      ]
      if listsJobs { members["jobs"] = .array(titles(of: group).map { .string($0) }) }
      return .object(members)
    }
    let settings = settings.map { setting -> JSONValue in
      ["path": .string(setting.path), "before": Self.value(setting.before), "after": Self.value(setting.after)]
    }
    let counts = Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0.rawValue, JSONValue.int(Int64(count($0)))) })
    return JSONValue.object(
      counts.merging(["groups": .array(groups), "settings": .array(settings), "differs": .bool(!isEmpty)]) { $1 }
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
  fileprivate var span: String { firstLabel == lastLabel ? firstLabel : "\(firstLabel) to \(lastLabel)" }

  fileprivate var summary: String {
    "\(export), \(span): \(jobs.count) job\(jobs.count == 1 ? "" : "s") \(kind.rawValue): "
      + "\(PlanDifference.few(apps)); \(PlanDifference.few(datasets))"
  }
}
