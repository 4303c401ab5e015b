// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The folders that a directory's `files` names tell every job that lands there from every other.
struct FilesApart: ManifestRule {
  static let code = "M117"
  static let title = "names of files that do not tell jobs apart"
  static let explanation = """
    Every job has a folder of its own in a directory, so 'files' needs a placeholder in its folders for everything in which \
    jobs of the directory differ: {window} always, {app}, {dataset}, {format} and {export} where there is more than one. \
    {task} tells the tasks of one job apart, and jobs as well.
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
