// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportStorage

extension Plan {
  /// Given signatures that end before the last of their jobs would be given up, each in a sentence. They may be long
  /// enough all the same: tasks are seldom waited for so long.
  func shortSignatures(_ resources: RunResources, at now: Instant) -> [String] {
    destinations.compactMap { destination in
      guard let store = resources.stores[destination.name] as? AzureContainerStore,
        let facts = store.credentialFacts, facts.isGiven, let end = facts.expiry, end > now
      else { return nil }
      let longest = exports.filter { lands($0, destination.name) }.map(\.timeouts.longest).max()
      guard let longest, end < now.advanced(by: longest) else { return nil }
      return
        "the SAS of '\(destination.name)' ends at \(end), and its tasks are waited for \(DurationText.format(longest)): "
        + "what is not written by then fails, and needs another SAS"
    }
  }

  /// Whether an export's tasks write to the container.
  private func lands(_ export: PlannedExport, _ container: String) -> Bool {
    let destination = destinations[export.destination]
    if case .directory(_, let staging, _) = destination.kind { return staging == container }
    return destination.name == container
  }
}
