// SPDX-License-Identifier: Apache-2.0
import struct Crypto.SHA256
import ExportCore

/// Holds the results of two sides against each other, window by window: the same rows in any order, in any number of
/// files, are equal. Files are read as they come, in memory that grows with their largest element and no further.
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

    /// Why nothing can be said; `nil`: something can. What is broken beside a whole result, as after an attempt that was
    /// given up, does not count.
    func reason(_ first: String, _ second: String) -> String? {
      for (name, side) in [(first, a), (second, b)] where !side.contains(where: { $0.condition == .whole }) {
        for case .broken(let reason) in side.map(\.condition) { return "\(name): \(reason)" }
      }
      let isAbsent = (a + b).allSatisfy { $0.condition == .absent }
      return isAbsent ? "no verified result on either side" : nil
    }
  }

  /// Of whole results and others, by what was exported; by whose export it is only where one side has the same thing for several.
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
    let whole = (pair.a.filter { $0.condition == .whole }, pair.b.filter { $0.condition == .whole })
    if let reason = pair.reason(a.name, b.name) { return .unreadable(reason) }
    if whole.1.isEmpty { return .onlyInA }
    if whole.0.isEmpty { return .onlyInB }
    if a.isRecord, b.isRecord, let rows = Self.recordedRows(whole.0, whole.1) {
      return .equal(rows: rows, isRecorded: true)
    }
    do {
      return try await verdict(try await tallies(whole.0, in: a), try await tallies(whole.1, in: b))
    } catch let error as UnreadableResult {
      return .unreadable(error.reason)
    }
  }

  private typealias Tallied = [(result: FoundResult, tally: RowTally)]

  /// Where several tasks share a name, each is held against those of the other side.
  private func verdict(_ a: Tallied, _ b: Tallied) async throws -> Comparison.Verdict {
    var (old, new) = (a, b)
    for (index, one) in old.enumerated().reversed() {
      guard let twin = new.firstIndex(where: { $0.tally == one.tally }) else { continue }
      old.remove(at: index)
      new.remove(at: twin)
    }
    func sum(_ side: Tallied) -> RowTally { side.reduce(into: RowTally()) { $0.add($1.tally) } }
    let (before, after) = (sum(old), sum(new))
    // The same rows, dealt out to results otherwise, are the same.
    if before == after, old.isEmpty == new.isEmpty { return .equal(rows: sum(a).count, isRecorded: false) }
    if old.isEmpty || new.isEmpty {
      return .unreadable(
        "A has \(Count.words(a.count, "result")) of this name and B \(b.count): those of the one all have a twin in the "
          + "other, and nothing tells which count")
    }
    let (gone, added) = (old.map(\.result), new.map(\.result))
    return .different(
      try await RowDifferencer(examples: examples).difference(
        rows: max(before.count, after.count),
        { take in for result in gone { try await read(result, in: self.a) { try take($0) } } },
        { take in for result in added { try await read(result, in: self.b) { try take($0) } } }))
  }

  /// The number of rows, when both sides recorded the same files; `nil`: that must be read.
  private static func recordedRows(_ a: [FoundResult], _ b: [FoundResult]) -> Int64? {
    func digests(_ results: [FoundResult]) -> [String]? {
      let digests = results.flatMap(\.parts).map(\.sha256)
      return digests.contains(nil) ? nil : digests.compactMap { $0?.hex }.sorted()
    }
    guard let known = digests(a), known == digests(b) else { return nil }
    return a.flatMap(\.parts).reduce(0) { $0 + ($1.rows ?? 0) }
  }

  // MARK: Reading

  private struct UnreadableResult: Error { var reason: String }

  /// What each result holds.
  private func tallies(
    _ results: [FoundResult], in source: any ResultSource
  ) async throws -> Tallied {
    var found: Tallied = []
    for result in results {
      var tally = RowTally()
      try await read(result, in: source) { tally.add(RowMark($0)) }
      found.append((result, tally))
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
        var (reader, hash, bytes) = (RowReader(format: result.format), SHA256(), 0)
        try await source.read(part) { chunk in
          bytes += chunk.count
          hash.update(data: chunk)
          try reader.take(chunk) { try emit(counted($0)) }
        }
        // Lines may be none; a list and a table are never nothing.
        guard bytes > 0 || result.format == "jsonl" else { throw ContentProblem(message: "the file is empty") }
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
