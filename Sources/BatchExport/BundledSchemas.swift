// SPDX-License-Identifier: Apache-2.0

/// The schemas of what people write and of what the program writes, as they stand in `Schemas/`.
public enum BundledSchema: String, Sendable, CaseIterable {
  case manifest, service, plan, report, gaps, status, events, doctor, verify, compare, runs
  case serviceList = "service-list"
  case serviceShow = "service-show"

  public var bytes: [UInt8] {
    switch self {
    case .manifest: PackageResources.manifest_schema_json
    case .service: PackageResources.service_schema_json
    case .plan: PackageResources.plan_schema_json
    case .report: PackageResources.report_schema_json
    case .gaps: PackageResources.gaps_schema_json
    case .status: PackageResources.status_schema_json
    case .events: PackageResources.events_schema_json
    case .doctor: PackageResources.doctor_schema_json
    case .verify: PackageResources.verify_schema_json
    case .compare: PackageResources.compare_schema_json
    case .runs: PackageResources.runs_schema_json
    case .serviceList: PackageResources.service_list_schema_json
    case .serviceShow: PackageResources.service_show_schema_json
    }
  }
}
