// SPDX-License-Identifier: Apache-2.0

/// What jobs are called: `EXPORT/APP/DATASET/WINDOW`, with the format before the window exactly where the export has
/// several formats. Everything that names a job to people names it so.
public struct JobTitles: Sendable {
  private let exports: [String]
  private let apps: [String]
  /// By export.
  private let hasFormats: [Bool]

  public init(_ plan: Plan) {
    exports = plan.exports.map(\.name)
    apps = plan.apps.map(\.name)
    var formats = [Set<String>](repeating: [], count: plan.exports.count)
    var isUsed = [Bool](repeating: false, count: plan.jobs.sorts.values.count)
    for row in plan.jobs.rows { isUsed[Int(row.sort)] = true }
    for (sort, isUsed) in zip(plan.jobs.sorts.values, isUsed) where isUsed {
      formats[sort.export].insert(sort.format)
    }
    hasFormats = formats.map { $0.count > 1 }
  }

  public func title(of job: PlannedJob) -> String {
    let (export, app) = (exports[job.export], apps[job.app])
    return hasFormats[job.export]
      ? "\(export)/\(app)/\(job.dataset)/\(job.format)/\(job.label)" : "\(export)/\(app)/\(job.dataset)/\(job.label)"
  }

  /// Whether the titles of an export's jobs tell the format.
  public func tellFormats(of export: Int) -> Bool { hasFormats[export] }

  /// What a part of a job is called: as the job, with the part's own label.
  /// - Parameter whole: the job's title.
  public static func title(ofPart label: String, of whole: String) -> String {
    guard let last = whole.lastIndex(of: "/") else { return label }
    return whole[...last] + label
  }

  /// What follows the export and the app: dataset, format where it is told, window.
  func steps(of job: PlannedJob) -> [String] {
    hasFormats[job.export] ? [job.dataset, job.format, job.label] : [job.dataset, job.label]
  }
}
