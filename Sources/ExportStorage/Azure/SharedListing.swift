// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Lists one container for many jobs. While a listing is under way, those who come are gathered, and the next one is for
/// all of them: it begins after the last of them came, so that each sees what its task wrote before.
actor SharedListing {
  /// Those that wait for one listing; the first of them makes it.
  private final class Batch {
    var prefixes: [String] = []
    var outcome: Result<[String: [ListedBlob]], any Error>?
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// Listings of single prefixes that are made at the same time, where one for all costs more.
  static let atOnce = 8
  /// Prefixes of crowds that are remembered.
  static let crowdLimit = 1000

  private var gathering: Batch?
  private var isListing = false
  private var turns: [CheckedContinuation<Void, Never>] = []
  /// What so many blobs begin with that one listing for all costs more than one for each.
  private var crowds: Set<String> = []

  /// All blobs whose names begin with the prefix, as they are after this was called.
  /// - Throws: `StoreError`.
  func list(_ prefix: String, of container: BlobContainer) async throws -> [ListedBlob] {
    while true {
      let (batch, leads) = join(prefix)
      if leads { await lead(batch, container) } else { await outcome(of: batch) }
      switch batch.outcome {
      case .success(let found): return found[prefix] ?? []
      // Who made it was cancelled; the others go on.
      case .failure(let error as CancellationError): if Task.isCancelled || leads { throw error }
      case .failure(let error): throw error
      case nil: throw CancellationError()
      }
    }
  }

  /// Those that wait for the next listing.
  var gatheredCount: Int { gathering?.prefixes.count ?? 0 }

  func isCrowd(_ prefix: String) -> Bool { crowds.contains(prefix) }

  private func join(_ prefix: String) -> (Batch, leads: Bool) {
    if let gathering {
      gathering.prefixes.append(prefix)
      return (gathering, false)
    }
    let batch = Batch()
    batch.prefixes = [prefix]
    gathering = batch
    return (batch, true)
  }

  private func outcome(of batch: Batch) async {
    guard batch.outcome == nil else { return }
    await withCheckedContinuation { batch.waiting.append($0) }
  }

  private func lead(_ batch: Batch, _ container: BlobContainer) async {
    while isListing { await withCheckedContinuation { turns.append($0) } }
    isListing = true
    gathering = nil
    do {
      batch.outcome = .success(try await found(Array(Set(batch.prefixes)).sorted(), container))
    } catch {
      batch.outcome = .failure(error)
    }
    isListing = false
    for continuation in batch.waiting + turns { continuation.resume() }
    (batch.waiting, turns) = ([], [])
  }

  // MARK: Listings

  /// One listing of what all prefixes begin with, as long as it is no more requests than one for each would be.
  private func found(_ prefixes: [String], _ container: BlobContainer) async throws -> [String: [ListedBlob]] {
    guard prefixes.count > 1 else { return try await single(prefixes, container) }
    let common = prefixes.dropFirst().reduce(prefixes[0]) { $0.sharedStart(with: $1) }
    guard !isCrowd(common) || prefixes.contains(common) else { return try await single(prefixes, container) }
    let most = prefixes.contains(common) ? BlobContainer.pageLimit : prefixes.count / 2
    let listing = try await container.list(prefix: common, pages: max(1, most))
    if listing.isWhole {
      return Dictionary(uniqueKeysWithValues: prefixes.map { ($0, listing.blobs.beginning(with: $0)) })
    }
    if crowds.count >= Self.crowdLimit { crowds = [] }
    crowds.insert(common)
    return try await single(prefixes, container)
  }

  private func single(_ prefixes: [String], _ container: BlobContainer) async throws -> [String: [ListedBlob]] {
    let found = try await prefixes.mapped(atOnce: Self.atOnce) { ($0, try await container.list(prefix: $0)) }
    return Dictionary(uniqueKeysWithValues: found)
  }
}

extension String {
  fileprivate func sharedStart(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}

extension [ListedBlob] {
  /// Of blobs in order of their names those that begin so.
  fileprivate func beginning(with prefix: String) -> [ListedBlob] {
    filter { $0.name.utf8.starts(with: prefix.utf8) }
  }
}
