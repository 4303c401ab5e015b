// SPDX-License-Identifier: Apache-2.0
import ExportRun

extension ReportedJob {
  /// From the first that this run did for it to its end; `nil` where one of these is not known.
  public var took: Duration? {
    guard let end = times.ended, let begin = began, end >= begin else { return nil }
    return begin.duration(to: end)
  }
}

extension RunReport {
  /// The jobs that took longest, from their first attempt to their end.
  public func slowest(_ most: Int) -> [ReportedJob] {
    first(most, of: jobs.filter { $0.took != nil }) { $0.took ?? .zero }
  }

  /// The jobs with the most bytes.
  public func largest(_ most: Int) -> [ReportedJob] {
    first(most, of: jobs.filter { ($0.sums?.bytes ?? 0) > 0 }) { $0.sums?.bytes ?? 0 }
  }

  /// Of equal ones those that come first in the plan.
  private func first<Measure: Comparable>(
    _ most: Int, of jobs: [ReportedJob], by measure: (ReportedJob) -> Measure
  ) -> [ReportedJob] {
    let measures = jobs.map(measure)
    let order = jobs.indices.sorted { a, b in
      measures[a] == measures[b] ? a < b : measures[a] > measures[b]
    }
    return order.prefix(most).map { jobs[$0] }
  }
}
