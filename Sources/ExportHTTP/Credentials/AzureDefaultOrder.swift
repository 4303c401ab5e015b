// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Which ways `azure_default` goes, in the documented order, as `AZURE_TOKEN_CREDENTIALS` narrows it.
struct AzureDefaultOrder: Sendable, Equatable {
  static let variable = "AZURE_TOKEN_CREDENTIALS"

  /// By the class's name in Microsoft's libraries.
  enum Way: String, Sendable, CaseIterable {
    case environment = "EnvironmentCredential"
    case workloadIdentity = "WorkloadIdentityCredential"
    case managedIdentity = "ManagedIdentityCredential"
    case sharedTokenCache = "SharedTokenCacheCredential"
    case visualStudioCode = "VisualStudioCodeCredential"
    case azureCLI = "AzureCliCredential"
    case azurePowerShell = "AzurePowerShellCredential"
    case azureDeveloperCLI = "AzureDeveloperCliCredential"
    case broker = "BrokerCredential"

    /// A service's own, rather than a developer's.
    var isForServices: Bool { [.environment, .workloadIdentity, .managedIdentity].contains(self) }

    var isSupported: Bool { isForServices || self == .azureCLI }
  }

  /// Those that this program can go.
  var ways: [Way]
  /// What is said of the others when no way leads anywhere.
  var notes: [String]
  /// One way was asked for by its name.
  var isSingle = false

  /// - Throws: `ServiceError` when the variable holds something else.
  init(_ world: CredentialWorld) throws {
    let word = (world.variable(Self.variable) ?? "").trimmingBlanks.lowercased()
    let asked: [Way]
    switch word {
    case "": asked = Way.allCases
    case "prod": asked = Way.allCases.filter(\.isForServices)
    case "dev": asked = Way.allCases.filter { !$0.isForServices }
    default:
      guard let way = Way.allCases.first(where: { $0.rawValue.lowercased() == word }) else {
        throw ServiceError(
          .login,
          "\(Self.variable) is '\(word.prefix(60))': expected dev, prod or a name such as \(Way.azureCLI.rawValue)")
      }
      (asked, isSingle) = ([way], true)
    }
    ways = asked.filter(\.isSupported)
    let skipped = asked.filter { !$0.isSupported }.map(\.rawValue)
    notes = skipped.isEmpty ? [] : ["\(skipped.joined(separator: ", ")): not supported by this program"]
  }
}
