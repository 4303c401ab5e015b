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

  /// Holds the given signatures that exports need against that need, before anything is asked of anybody.
  /// - Parameter due: indexes of the exports that have something to do. Asked only when a signature is no good.
  /// - Throws: `DestinationError`, and what `due` throws.
  func holdSignatures(_ resources: RunResources, at now: Instant, due: () throws -> Set<Int>) throws {
    let found = exports.indices.compactMap { index in
      signatureProblem(exports[index], resources, now).map { (index, $0) }
    }
    guard !found.isEmpty else { return }
    let due = try due()
    var told: [(name: String, reason: String)] = []
    for (index, problem) in found where due.contains(index) && !told.contains(where: { $0 == problem }) {
      told.append(problem)
    }
    guard let first = told.first else { return }
    let reasons = [first.reason] + told.dropFirst().map { "'\($0.name)': \($0.reason)" }
    throw DestinationError(name: first.name, cause: .refused(reasons.joined(separator: "; ")))
  }

  /// What keeps an export's tasks from writing to their container, or their files from being brought from it.
  private func signatureProblem(
    _ export: PlannedExport, _ resources: RunResources, _ now: Instant
  ) -> (name: String, reason: String)? {
    var (rights, isFetched) = (AzureContainerStore.rightsOfFetching, false)
    switch resources.traits[services[export.service].name]?.delivery {
    case .container(let letters)?: rights = letters
    case .fetched?: isFetched = true
    case nil: return nil
    }
    let destination = destinations[export.destination]
    var (name, isRead) = (destination.name, false)
    if case .directory(_, let staging, _) = destination.kind {
      guard let staging, !isFetched else { return nil }
      (name, isRead) = (staging, true)
    }
    let store = resources.stores[name] as? AzureContainerStore
    return store?.problem(rights: rights, isRead: isRead, at: now).map { (name, $0) }
  }

  /// Whether an export's tasks write to the container.
  private func lands(_ export: PlannedExport, _ container: String) -> Bool {
    let destination = destinations[export.destination]
    if case .directory(_, let staging, _) = destination.kind { return staging == container }
    return destination.name == container
  }
}
