// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Paths of a manifest's folder.
public enum IncludePath {
  /// The path from a folder on, without `.`, and with `..` only in front.
  public static func join(_ folder: String, _ path: String) -> String {
    var steps: [Substring] = []
    for step in folder.split(separator: "/") + path.split(separator: "/") where step != "." {
      if step == "..", let last = steps.last, last != ".." { steps.removeLast() } else { steps.append(step) }
    }
    return (folder.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
  }

  /// The folder that a path is in.
  public static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}

/// A path with `*` and `?` within a step, and `**` as a step for any number of folders.
///
/// As in a shell, `*`, `?` and `**` take no names that begin with a dot; `**` does not go through links.
struct IncludePattern {
  let text: String
  private let steps: [String]

  init(_ text: String) {
    self.text = text
    steps = text.split(separator: "/").map(String.init).filter { $0 != "." }
  }

  /// It stands for one file.
  var isPath: Bool { !steps.contains(where: Self.isGlob) }

  /// The files that fit, in the order of their bytes.
  /// - Parameter folder: the one that the pattern is relative to.
  func files(
    from folder: String, in source: any IncludeSource, entriesLeft: inout Int
  ) throws(IncludeFailure) -> [String] {
    var walk = Walk(source: source, entriesLeft: entriesLeft)
    try walk.go(steps[...], in: folder)
    entriesLeft = walk.entriesLeft
    return walk.found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  fileprivate static func isGlob(_ step: String) -> Bool { step.contains("*") || step.contains("?") }
}

/// One look for the files of a pattern.
private struct Walk {
  let source: any IncludeSource
  var entriesLeft: Int
  var found: Set<String> = []

  mutating func go(_ steps: ArraySlice<String>, in folder: String) throws(IncludeFailure) {
    guard let step = steps.first else { return }
    let rest = steps.dropFirst()
    if step == ".." { return try go(rest, in: IncludePath.join(folder, "..")) }
    if !IncludePattern.isGlob(step), !rest.isEmpty { return try go(rest, in: IncludePath.join(folder, step)) }
    let entries = try source.entries(of: folder) ?? []
    entriesLeft -= entries.count
    guard entriesLeft >= 0 else { return }
    if step == "**" {
      // No folder at all, then one more.
      try go(rest.isEmpty ? ["*"] : rest, in: folder)
      for entry in entries where entry.isFolder && !entry.isLink && !entry.name.hasPrefix(".") {
        try go(steps, in: IncludePath.join(folder, entry.name))
      }
      return
    }
    let glob = Glob(step)
    for entry in entries where fits(entry.name, step, glob) && entry.isFolder != rest.isEmpty {
      let path = IncludePath.join(folder, entry.name)
      if rest.isEmpty { found.insert(path) } else { try go(rest, in: path) }
    }
  }

  private func fits(_ name: String, _ step: String, _ glob: Glob) -> Bool {
    guard IncludePattern.isGlob(step) else { return name == step }
    return (!name.hasPrefix(".") || step.hasPrefix(".")) && glob.matches(name)
  }
}
