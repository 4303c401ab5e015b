// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The folders that a directory's `files` names tell every job that lands there from every other, also from those of
/// another destination whose directory is the same, or inside of it, or around it.
struct FilesApart: ManifestRule {
  static let code = "M117"
  static let title = "names of files that do not tell jobs apart"
  static let explanation = """
    Every job has a folder of its own in a directory, so 'files' needs a placeholder in its folders for everything in which \
    jobs of the directory differ: {window} always, {app}, {dataset}, {format} and {export} where there is more than one. \
    {task} tells the tasks of one job apart, and jobs as well. Where the directories of two destinations are one, or one \
    is inside the other, both need {export} or {task}.
    """
  static let fix = "Put the placeholder into a folder of the template."
  static let example = DiagnosticCode.Example(
    files("{app}/{window}/{part}.json"), fixed: files("{app}/{dataset}/{window}/{part}.json"))

  private static func files(_ template: String) -> String {
    """
    destinations:
      lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}
      files: {directory: exports, staging: lake, files: "\(template)"}
    defaults: {destination: files}
    exports:
      history:
        service: engagement
        apps: all
        datasets: [event, activity]
        window: {every: day, from: 2016-01-01, through: 2016-01-07}
    """
  }

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for destination in input.manifest.destinations {
      guard case .directory(_, _, let files) = destination.kind, files != .usual else { continue }
      let exports = input.manifest.exports.filter { $0.destination.value == destination.name.value }
      guard !exports.isEmpty, !files.telling.contains(.task) else { continue }
      let missing = differing(exports, input).filter { !files.telling.contains($0) }
      guard let first = missing.first else { continue }
      let names = missing.map { "'{\($0.rawValue)}'" }.joined(separator: ", ")
      tell(
        &problems, "the folders of 'files' do not tell jobs apart: they lack \(names)", at: destination.filesPlace,
        help: "\(Self.reason(first)): write {\(first.rawValue)} in a folder")
    }
    checkNeighbours(input, &problems)
  }

  /// Directories that exports land in and that hold each other.
  private func checkNeighbours(_ input: RuleInput, _ problems: inout DiagnosticList) {
    let used = Set(input.manifest.exports.map(\.destination.value))
    let directories = input.manifest.destinations.compactMap { Directory($0) }.filter { used.contains($0.name) }
    for (index, later) in directories.enumerated() {
      for earlier in directories[..<index] where earlier.isNeighbour(of: later) {
        guard let bad = [later, earlier].first(where: { !$0.tellsExports }) else { continue }
        tell(
          &problems,
          "the directories of '\(earlier.name)' and '\(later.name)' hold each other's files, and the folders of "
            + "'\(bad.name)' do not tell exports apart", at: bad.place,
          help: "write {export} in a folder, or give each a directory of its own")
        break
      }
    }
  }

  /// What jobs of these exports may differ in.
  private func differing(_ exports: [ExportSetting], _ input: RuleInput) -> [NameTemplate.Hole] {
    let datasets = Set(
      exports.flatMap { export in export.datasets.map { input.dataset($0, of: export)?.name ?? $0.value } })
    let formats = Set(exports.flatMap { $0.formats.map(\.value) })
    let apps = input.manifest.knownApps?.count ?? 2
    return [
      exports.count > 1 ? .export : nil, apps > 1 ? .app : nil, datasets.count > 1 ? .dataset : nil,
      formats.count > 1 ? .format : nil, .window,
    ].compactMap { $0 }
  }

  private static func reason(_ hole: NameTemplate.Hole) -> String {
    switch hole {
    case .export: "more than one export lands here"
    case .app: "there may be more than one app"
    case .dataset: "there is more than one dataset"
    case .format: "there is more than one format"
    default: "every window has a job of its own"
    }
  }
}

/// A destination that is a directory.
private struct Directory {
  let name: String
  /// Of `files`, or of the destination.
  let place: SourcePlace?
  let tellsExports: Bool
  private let steps: [Substring]

  init?(_ destination: DestinationSetting) {
    guard case .directory(let path, _, let files) = destination.kind else { return nil }
    name = destination.name.value
    place = destination.filesPlace ?? destination.name.place
    tellsExports = files.telling.contains(.export) || files.telling.contains(.task)
    var steps: [Substring] = path.hasPrefix("/") ? ["/"] : []
    for step in path.split(separator: "/") where step != "." {
      if step == "..", let last = steps.last, last != "..", last != "/" {
        steps.removeLast()
      } else {
        steps.append(step)
      }
    }
    self.steps = steps
  }

  /// Both are one, or one is inside the other.
  func isNeighbour(of other: Directory) -> Bool {
    let (short, long) = steps.count <= other.steps.count ? (steps, other.steps) : (other.steps, steps)
    return long.starts(with: short) && long.dropFirst(short.count).first.map { $0 != ".." && $0 != "/" } ?? true
  }
}
