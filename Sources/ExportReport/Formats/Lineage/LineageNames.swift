// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

/// What jobs and datasets are called in lineage: the same in every run, so that their history joins.
struct LineageNames: Sendable {
  /// Of all jobs.
  static let namespace = "outhaul"

  /// The job that a run as a whole is: the plan's name.
  let run: String
  private let plan: Plan
  /// By service: scheme and host.
  private let origins: [String]

  init(_ plan: Plan) {
    (self.plan, run) = (plan, plan.name)
    origins = plan.services.map { WebAddress($0.base)?.origin ?? $0.name }
  }

  /// A job as it comes again with every window: `PLAN.EXPORT/APP/DATASET`, with the format behind it where the plan's job is
  /// not JSON.
  func job(_ job: PlannedJob) -> String {
    let name = "\(run).\(plan.exports[job.export].name)/\(plan.apps[job.app].name)/\(job.dataset)"
    return job.format == "json" ? name : "\(name)/\(job.format)"
  }

  /// What a job exports: `SERVICE/APP/DATASET` at the service.
  func input(_ job: PlannedJob) -> JSONValue {
    let service = plan.exports[job.export].service
    return [
      "namespace": .string(origins[service]),
      "name": .string("\(plan.services[service].name)/\(plan.apps[job.app].name)/\(job.dataset)"),
    ]
  }

  /// A file, as lineage names files: those of Azure's containers by `wasbs`, those of directories by their paths.
  func output(_ name: String, in destination: DestinationSetting.Kind) -> (namespace: String, name: String) {
    switch destination {
    case .directory(let path, _, _): return ("file", path.hasSuffix("/") ? path + name : "\(path)/\(name)")
    case .azureContainer(let setting):
      guard let address = WebAddress(setting.url) else { return ("azure", name) }
      let container = address.path.split(separator: "/").joined(separator: "/")
      guard address.host.contains(".blob."), !container.contains("/") else {
        // An address that is not Azure's own: the account stands in the path.
        return (address.origin, "\(container)/\(name)")
      }
      return ("wasbs://\(container)@\(address.host)", name)
    }
  }
}
