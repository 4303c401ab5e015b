// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The descriptions that are inside the program: the files of `Descriptions/`, one line each.
public enum BundledDescriptions {
  private static let files: [String: [UInt8]] = [
    "azure-iot-hub-devices": PackageResources.azure_iot_hub_devices_yaml,
    "azure-mobile-engagement": PackageResources.azure_mobile_engagement_yaml,
    "salesforce-bulk2-query": PackageResources.salesforce_bulk2_query_yaml,
  ]

  public static var names: [String] { files.keys.sorted() }

  /// `nil` for a name that is not bundled.
  public static func file(named name: String) -> SourceFile? {
    files[name].map { SourceFile(name: "\(name).yaml", bytes: $0) }
  }
}
