// SPDX-License-Identifier: Apache-2.0
import struct Crypto.SHA256
import ExportCore

/// Holds the results of two sides against each other, window by window: the same rows in any order, in any number of
/// files, are equal. Files are read as they come; memory does not grow with their size.
public struct Comparer: Sendable {
  /// Windows that are read at once.
  private static let width = 4

  private let a: any ResultSource
  private let b: any ResultSource
  private let examples: Int
  private let ignored: Set<String>

  /// - Parameters:
  ///   - examples: rows of each window that are shown.
  ///   - ignored: paths of members that do not count, such as `meta.lastSeen`.
  public init(_ a: any ResultSource, _ b: any ResultSource, examples: Int, ignoring ignored: Set<String> = []) {
    (self.a, self.b, self.examples, self.ignored) = (a, b, examples, ignored)
  }

  /// - Throws: `StoreError` when a side cannot be reached or refuses to be read. A file that is missing or broken makes
  ///   its window unreadable.
  public func compare() async throws -> Comparison {
    let (found, other) = (try await a.results(), try await b.results())
    let pairs = Self.paired(found.results, other.results)
    var verdicts = [Comparison.Verdict?](repeating: nil, count: pairs.count)
    try await withThrowingTaskGroup(of: (Int, Comparison.Verdict).self) { group in
      for (index, pair) in pairs.enumerated() {
        if index >= Self.width, let (done, verdict) = try await group.next() { verdicts[done] = verdict }
        group.addTask { (index, try await verdict(pair)) }
      }
      for try await (done, verdict) in group { verdicts[done] = verdict }
    }
    let windows = zip(pairs, verdicts).map {
      Comparison.Window(title: $0.subject.title, verdict: $1 ?? .unreadable("it was not read"))
    }
    func told(_ source: any ResultSource, _ found: FoundResults) -> [String] {
      found.remarks.map { "\(source.name): \($0)" }
    }
    return Comparison(a: a.name, b: b.name, windows: windows, remarks: told(a, found) + told(b, other))
  }

  // MARK: Pairs

  struct Pair: Sendable {
    var subject: ResultSubject
    var a: [FoundResult] = []
    var b: [FoundResult] = []
  }

  /// By what was exported; by whose export it is only where one side has the same thing for several.
  static func paired(_ a: [FoundResult], _ b: [FoundResult]) -> [Pair] {
    func isTwofold(_ results: [FoundResult]) -> Bool {
      let exports = Dictionary(grouping: results) { $0.subject(withExport: false) }
      return exports.values.contains { Set($0.map(\.export)).count > 1 }
    }
    let withExport = isTwofold(a) || isTwofold(b)
    var pairs: [ResultSubject: Pair] = [:]
    for (side, results) in [(\Pair.a, a), (\Pair.b, b)] {
      for result in results {
        let subject = result.subject(withExport: withExport)
        pairs[subject, default: Pair(subject: subject)][keyPath: side].append(result)
      }
    }
    return pairs.values.sorted { $0.subject < $1.subject }
  }

  private func verdict(_ pair: Pair) async throws -> Comparison.Verdict {
    if pair.b.isEmpty { return .onlyInA }
    if pair.a.isEmpty { return .onlyInB }
    if a.isRecord, b.isRecord, let rows = Self.recordedRows(pair) { return .equal(rows: rows) }
    do {
      var (old, new) = (try await tallies(pair.a, in: a), try await tallies(pair.b, in: b))
      let rows = old.reduce(0) { $0 + $1.tally.count }
      // Where several tasks share a name, each is held against those of the other side.
      for (index, one) in old.enumerated().reversed() {
        guard let twin = new.firstIndex(where: { $0.tally == one.tally }) else { continue }
        old.remove(at: index)
        new.remove(at: twin)
      }
      if old.isEmpty, new.isEmpty { return .equal(rows: rows) }
      var (before, after) = (RowTally(), RowTally())
      for one in old { before.add(one.tally) }
      for one in new { after.add(one.tally) }
      // The same rows, dealt out to results otherwise.
      if before == after { return .equal(rows: rows) }
      let (gone, added) = (old.map(\.result), new.map(\.result))
      return .different(
        try await RowDifferencer(examples: examples).difference(
          rows: max(before.count, after.count),
          { take in for result in gone { try await read(result, in: a) { try take($0) } } },
          { take in for result in added { try await read(result, in: b) { try take($0) } } }))
    } catch let error as UnreadableResult {
      return .unreadable(error.reason)
    }
  }

  /// The number of rows, when both sides recorded the same files; `nil`: that must be read.
  private static func recordedRows(_ pair: Pair) -> Int64? {
    func digests(_ results: [FoundResult]) -> [String]? {
      let digests = results.flatMap(\.parts).map(\.sha256)
      return digests.contains(nil) ? nil : digests.compactMap { $0?.hex }.sorted()
    }
    guard let known = digests(pair.a), known == digests(pair.b) else { return nil }
    return pair.a.flatMap(\.parts).reduce(0) { $0 + ($1.rows ?? 0) }
  }

  // MARK: Reading

  private struct UnreadableResult: Error { var reason: String }

  /// What each result holds; the same thing twice, as after an attempt that was given up, counts once.
  private func tallies(
    _ results: [FoundResult], in source: any ResultSource
  ) async throws -> [(result: FoundResult, tally: RowTally)] {
    var found: [(result: FoundResult, tally: RowTally)] = []
    for result in results {
      var tally = RowTally()
      try await read(result, in: source) { tally.add(RowMark($0)) }
      if !found.contains(where: { $0.tally == tally }) { found.append((result, tally)) }
    }
    return found
  }

  /// The row without what does not count.
  private func counted(_ row: RowNode) -> RowNode { ignored.isEmpty ? row : row.without(ignored) }

  private func read(
    _ result: FoundResult, in source: any ResultSource, _ emit: (RowNode) throws -> Void
  ) async throws {
    for part in result.parts {
      do {
        var (reader, hash) = (RowReader(format: result.format), SHA256())
        try await source.read(part) { chunk in
          hash.update(data: chunk)
          try reader.take(chunk) { try emit(counted($0)) }
        }
        try reader.finish { try emit(counted($0)) }
        if source.isRecord, let recorded = part.sha256, Digest(bytes: Array(hash.finalize())) != recorded {
          throw ContentProblem(message: "the file was replaced since: its SHA-256 is another one")
        }
      } catch let problem as ContentProblem {
        throw UnreadableResult(reason: "\(source.name): '\(part.name)': \(problem.message)")
      } catch StoreError.artifact(let reason) {
        throw UnreadableResult(reason: "\(source.name): \(reason)")
      }
    }
  }
}
