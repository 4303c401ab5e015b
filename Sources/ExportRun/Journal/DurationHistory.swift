// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// How long earlier tasks took, from the submit to where they were seen to have succeeded, or to the verified result
/// where that is not known.
public struct DurationHistory: Sendable {
  /// What a plan's tasks of a dataset have in common.
  struct Kind: Hashable {
    var service: Int
    var dataset: String
  }

  private struct OfApp: Hashable {
    var kind: Kind
    var app: Int
  }

  // Each ascending.
  private var ofApp: [OfApp: [Duration]] = [:]
  private var ofKind: [Kind: [Duration]] = [:]
  private var all: [Duration] = []

  /// Nothing is known.
  public init() {}

  /// - Parameters:
  ///   - records: of the plan's jobs.
  ///   - others: of jobs that the plan does not have; they count only when it has none that are done.
  public init(_ plan: Plan, records: [JobKey: JobRecord], others: @autoclosure () throws -> [Duration]) rethrows {
    var collection = Collection(plan)
    if !records.isEmpty {
      for key in plan.jobs.keys {
        if let took = records[key]?.took { collection.add(key, took) }
      }
    }
    self = collection.history
    if all.isEmpty { all = try others().sorted() }
  }

  /// How many tasks are known.
  public var count: Int { all.count }

  /// What a part of the tasks took at most, of the app's if there are any, else of the dataset's, else of anything.
  /// `nil` when nothing is known at all.
  /// - Parameters:
  ///   - service: index into the plan's services, as `app` into its apps.
  ///   - app: `nil`: of all apps.
  ///   - part: from 0 to 1.
  public func duration(service: Int, dataset: String, app: Int?, part: Double) -> Duration? {
    Self.duration(known(Kind(service: service, dataset: dataset), app), part)
  }

  /// How many tasks `duration` would go by.
  public func count(service: Int, dataset: String, app: Int?) -> Int {
    known(Kind(service: service, dataset: dataset), app).count
  }

  func duration(_ kind: Kind, part: Double) -> Duration? { Self.duration(known(kind, nil), part) }

  private func known(_ kind: Kind, _ app: Int?) -> [Duration] {
    if let app, let known = ofApp[OfApp(kind: kind, app: app)] { return known }
    return ofKind[kind] ?? all
  }

  private static func duration(_ known: [Duration], _ part: Double) -> Duration? {
    guard !known.isEmpty else { return nil }
    return known[min(known.count - 1, max(0, Int(Double(known.count) * part)))]
  }

  /// Sorts durations by what the plan says of their jobs.
  struct Collection {
    private let plan: Plan
    private var finder: JobFinder
    private var made = DurationHistory()
    private var others: [Duration] = []

    init(_ plan: Plan) { (self.plan, finder) = (plan, plan.jobs.finder()) }

    mutating func add(_ key: JobKey, _ took: Duration) {
      guard let job = finder.find(key) else {
        others.append(took)
        return
      }
      let kind = Kind(
        service: plan.exports[plan.jobs.export(of: job)].service, dataset: plan.jobs.dataset(of: job))
      made.all.append(took)
      made.ofKind[kind, default: []].append(took)
      made.ofApp[OfApp(kind: kind, app: plan.jobs.app(of: job)), default: []].append(took)
    }

    /// Those of the plan's jobs; of others when the plan has none that are done.
    var history: DurationHistory {
      var history = made
      if history.all.isEmpty { history.all = others }
      history.all.sort()
      for kind in history.ofKind.keys { history.ofKind[kind]?.sort() }
      for app in history.ofApp.keys { history.ofApp[app]?.sort() }
      return history
    }
  }
}

extension JobRecord {
  /// How long the last task took; `nil` when the job is not done.
  var took: Duration? {
    guard state == .verified, let submittedAt, let end = succeededAt ?? verifiedAt, submittedAt <= end else {
      return nil
    }
    return submittedAt.duration(to: end)
  }
}
