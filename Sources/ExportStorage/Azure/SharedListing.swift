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

  /// Listings that are made at the same time, where one for all costs more.
  static let atOnce = 8
  /// Blobs of others that may come with a listing, for each prefix that it is for: they cost less than a request.
  static let company = 100
  /// Prefixes of crowds that are remembered.
  static let crowdLimit = 1000

  private var gathering: Batch?
  private var isListing = false
  private var turns: [CheckedContinuation<Void, Never>] = []
  /// What so many blobs begin with that one listing for all costs more than several.
  /// With how many were too few to tell of them all.
  private var crowds: [String: Int] = [:]

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

  func isCrowd(_ prefix: String) -> Bool { crowds[prefix] != nil }

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
    // Those that are ready now come along.
    await Task.yield()
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

  private typealias Found = [String: [ListedBlob]]

  /// As few listings as there can be without reading many blobs of others: one of what all prefixes begin with; where that is a
  /// crowd, one of each longer beginning that some of them share, and so on.
  private func found(_ prefixes: [String], _ container: BlobContainer) async throws -> Found {
    var found: Found = [:]
    var groups = [prefixes]
    while !groups.isEmpty {
      let listed = try await groups.mapped(atOnce: Self.atOnce) { ($0, try await self.listed($0, container)) }
      groups = []
      for (group, blobs) in listed {
        if let blobs {
          found.merge(blobs.apart(by: group)) { one, _ in one }
        } else {
          groups += group.parted(behind: group.sharedStart)
        }
      }
    }
    return found
  }

  /// All blobs of some prefixes by one request, or by those that a single prefix needs; `nil` when they stand in a crowd.
  private func listed(_ prefixes: [String], _ container: BlobContainer) async throws -> [ListedBlob]? {
    let common = prefixes.sharedStart
    if prefixes.contains(common) { return try await container.list(prefix: common) }
    let most = min(BlobContainer.pageSize, Self.company * prefixes.count)
    guard most > crowds[common] ?? 0 else { return nil }
    if let blobs = try await container.list(prefix: common, of: NameStarts(prefixes), atMost: most) { return blobs }
    if crowds.count >= Self.crowdLimit { crowds = [:] }
    crowds[common] = most
    return nil
  }
}

extension [String] {
  /// What all begin with, of those that are in order.
  fileprivate var sharedStart: String {
    guard let first, let last else { return "" }
    return String(zip(first, last).prefix { $0 == $1 }.map(\.0))
  }

  /// Those whose next character is the same together.
  fileprivate func parted(behind start: String) -> [[String]] {
    let length = start.count
    return Dictionary(grouping: self) { $0.dropFirst(length).first }.values.sorted { $0[0] < $1[0] }
  }
}

extension [ListedBlob] {
  /// Those that begin with each of the prefixes.
  fileprivate func apart(by prefixes: [String]) -> [String: [ListedBlob]] {
    var found = Dictionary(prefixes.map { ($0[...], [ListedBlob]()) }, uniquingKeysWith: { one, _ in one })
    let lengths = Set(prefixes.map(\.utf8.count))
    for blob in self {
      let name = blob.name.utf8
      for length in lengths where length <= name.count {
        let start = blob.name[..<name.index(name.startIndex, offsetBy: length)]
        if start.utf8.count == length { found[start]?.append(blob) }
      }
    }
    return Dictionary(uniqueKeysWithValues: found.map { (String($0), $1) })
  }
}
