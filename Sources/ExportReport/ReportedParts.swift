// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// Windows that a service could do only in parts: which job of the plan each part is of. A part that the plan has as a job
/// of its own is told as that job, and not with its whole.
struct ReportedParts: Sendable {
  private var parts: [JobKey: [JobKey]]
  private var wholes: [JobKey: JobKey] = [:]

  /// - Parameter splits: jobs that were in parts when the run began.
  init(splits: [JobKey: [JobPart]], events: some Sequence<JournalEvent>, plan: Plan) {
    parts = splits.mapValues { $0.map(\.key) }
    for event in events {
      if case .split(_, let made) = event.kind { parts[event.key] = made.map(\.key) }
    }
    guard !parts.isEmpty else { return }
    var finder = plan.jobs.finder()
    // Sorted: a part of two wholes is told with the same one every time.
    for (whole, parts) in parts.sorted(by: { $0.key.hex < $1.key.hex }) {
      for part in parts where wholes[part] == nil && finder.find(part) == nil { wholes[part] = whole }
    }
  }

  /// The job of the plan that an event of the key is told with.
  func whole(of key: JobKey) -> JobKey {
    var key = key
    while let whole = wholes[key] { key = whole }
    return key
  }

  /// In how many parts a job was done; 0: it was not split.
  func count(of key: JobKey) -> Int {
    guard let parts = parts[key] else { return 0 }
    return parts.reduce(0) { $0 + max(1, count(of: $1)) }
  }
}
