// SPDX-License-Identifier: Apache-2.0

/// The schemas of what people write and of what the program writes, as they stand in `Schemas/`.
public enum BundledSchema: String, Sendable, CaseIterable {
  case apps, cancel, compare, diff, doctor, events, explain, fmt, gaps, graph, manifest, plan, progress,
    report, run, runs, service, status, validate, verify
  case cloudFaults = "cloud-faults"
  case cloudImport = "cloud-import"
  case cloudSeed = "cloud-seed"
  case cloudServe = "cloud-serve"
  case initManifest = "init"
  case serviceList = "service-list"
  case serviceShow = "service-show"
  case serviceTry = "service-try"

  public var bytes: [UInt8] {
    switch self {
    case .apps: PackageResources.apps_schema_json
    case .cancel: PackageResources.cancel_schema_json
    case .cloudFaults: PackageResources.cloud_faults_schema_json
    case .cloudImport: PackageResources.cloud_import_schema_json
    case .cloudSeed: PackageResources.cloud_seed_schema_json
    case .cloudServe: PackageResources.cloud_serve_schema_json
    case .compare: PackageResources.compare_schema_json
    case .diff: PackageResources.diff_schema_json
    case .doctor: PackageResources.doctor_schema_json
    case .events: PackageResources.events_schema_json
    case .explain: PackageResources.explain_schema_json
    case .fmt: PackageResources.fmt_schema_json
    case .gaps: PackageResources.gaps_schema_json
    case .graph: PackageResources.graph_schema_json
    case .initManifest: PackageResources.init_schema_json
    case .manifest: PackageResources.manifest_schema_json
    case .plan: PackageResources.plan_schema_json
    case .progress: PackageResources.progress_schema_json
    case .report: PackageResources.report_schema_json
    case .run: PackageResources.run_schema_json
    case .runs: PackageResources.runs_schema_json
    case .service: PackageResources.service_schema_json
    case .serviceList: PackageResources.service_list_schema_json
    case .serviceShow: PackageResources.service_show_schema_json
    case .serviceTry: PackageResources.service_try_schema_json
    case .status: PackageResources.status_schema_json
    case .validate: PackageResources.validate_schema_json
    case .verify: PackageResources.verify_schema_json
    }
  }
}
