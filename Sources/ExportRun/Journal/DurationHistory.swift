// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// How long earlier tasks took, from the submit to the verified result.
public struct DurationHistory: Sendable {
  struct Kind: Hashable {
    var service: Int
    var dataset: String
  }

  private var ofKind: [Kind: [Duration]] = [:]
  private var all: [Duration] = []

  /// - Parameters:
  ///   - records: of the plan's jobs.
  ///   - others: of jobs that the plan does not have; they count only when it has none that are done.
  public init(_ plan: Plan, records: [JobKey: JobRecord], others: @autoclosure () throws -> [Duration]) rethrows {
    if !records.isEmpty {
      for job in plan.jobs.indices {
        guard let took = records[plan.jobs.keys[job]]?.took else { continue }
        all.append(took)
        let service = plan.exports[plan.jobs.export(of: job)].service
        ofKind[Kind(service: service, dataset: plan.jobs.dataset(of: job)), default: []].append(took)
      }
    }
    if all.isEmpty { all = try others() }
    all.sort()
    for kind in ofKind.keys { ofKind[kind]?.sort() }
  }

  /// How many tasks are known.
  public var count: Int { all.count }

  /// What a part of the tasks of a dataset took at most; those of all datasets when the dataset has none. `nil` when
  /// nothing is known at all.
  func duration(_ kind: Kind, part: Double) -> Duration? {
    let known = ofKind[kind] ?? all
    guard !known.isEmpty else { return nil }
    return known[min(known.count - 1, Int(Double(known.count) * part))]
  }
}

extension DurationHistory {
  func count(service: Int, dataset: String, app: Int?) -> Int { app == nil ? all.count : 0 }

  func duration(service: Int, dataset: String, app: Int?, part: Double) -> Duration? {
    duration(Kind(service: service, dataset: dataset), part: part)
  }
}

extension JobRecord {
  /// From the submit of the last task to its verified result.
  var took: Duration? {
    guard state == .verified, let submittedAt, let verifiedAt, submittedAt <= verifiedAt else { return nil }
    return submittedAt.duration(to: verifiedAt)
  }
}
