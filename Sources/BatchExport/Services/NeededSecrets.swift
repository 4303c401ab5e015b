// SPDX-License-Identifier: Apache-2.0
import ExportManifest
import ExportPlan

extension PlannedService {
  /// Names of the manifest's secrets that requests to it need.
  var neededSecrets: Set<String> { Set([credential.secret].compactMap { $0 } + secrets.values) }
}

extension PlannedDestination {
  /// The name of the manifest's secret that it needs itself.
  var neededSecret: String? {
    guard case .azureContainer(let container) = kind else { return nil }
    return container.credential.secret
  }
}

extension Plan {
  /// All that it names but those that only notifications need: what is missing of these keeps no run from running.
  var secretsOfRun: [String: SecretReference] {
    let needed = neededSecrets
    let told = notifications.reduce(into: Set<String>()) { $0.formUnion($1.secrets) }
    return secrets.filter { !told.contains($0.key) || needed[$0.key] != nil }
  }

  /// The secrets of its services and destinations, and no others.
  var neededSecrets: [String: SecretReference] {
    let names = services.reduce(into: Set(destinations.compactMap(\.neededSecret))) { $0.formUnion($1.neededSecrets) }
    return secrets.filter { names.contains($0.key) }
  }
}
