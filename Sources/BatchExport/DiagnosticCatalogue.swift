// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportServices
import ExportYAML

/// Every stable code of every reader, each explained where it is given.
public enum DiagnosticCatalogue {
  /// In the order of their codes.
  public static let all = (YAMLCodes.all + ManifestCodes.all + project + PlanCodes.all + DescriptionCodes.all)
    .sorted { $0.code < $1.code }

  /// The entry of a code, in capitals or not.
  public static func entry(_ code: String) -> DiagnosticCode? { all.first { $0.code == code.uppercased() } }

  /// The code nearest to one that there is not.
  public static func suggestion(for code: String) -> String? {
    Suggestion.nearest(to: code, in: all.map(\.code))
  }

  private static let project = [
    DiagnosticCode(
      "M090", "a service description that cannot be had",
      meaning: """
        'use' of a service is the name of a description that is inside the program, or the path of one, from the folder of \
        the manifest on. There is none of that name, or the file cannot be read.
        """,
      fix: "Write the name as suggested, or a path that ends in .yaml.",
      example: .init(service("azure-mobile-engagment"), fixed: service("azure-mobile-engagement")))
  ]

  private static func service(_ use: String) -> String {
    """
    services:
      engagement:
        use: \(use)
        with: {subscription: s-1, resource_group: shop}
    """
  }
}
