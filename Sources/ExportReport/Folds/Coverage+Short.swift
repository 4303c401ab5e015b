// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

extension Coverage {
  private static let exportsMost = 5
  private static let datasetsMost = 4
  private static let appsMost = 3

  /// What is missing in a few words: a line for each export, those with most first, and one for all that are left.
  /// `errors: 91 windows, 2016-01-01 to 2016-01-30; error of shop-ios (17), news-ios (17) and 4 more apps`
  public var missingInShort: [String] {
    var order: [String] = []
    var ofExport: [String: [Series]] = [:]
    for one in series where one.missing > 0 {
      if ofExport[one.export] == nil { order.append(one.export) }
      ofExport[one.export, default: []].append(one)
    }
    let all = order.enumerated().map { place, name in
      (
        place: place, name: name, series: ofExport[name] ?? [],
        missing: (ofExport[name] ?? []).reduce(0) { $0 + $1.missing }
      )
    }.sorted { ($1.missing, $0.place) < ($0.missing, $1.place) }
    let lines = all.prefix(Self.exportsMost).map { "\($0.name): \(inShort($0.series, $0.missing))" }
    let left = all.dropFirst(Self.exportsMost)
    guard !left.isEmpty else { return lines }
    let windows = Count.words(left.reduce(0) { $0 + $1.missing }, "window")
    return lines + ["and \(windows) of \(Count.words(left.count, "more export"))"]
  }

  private func inShort(_ series: [Series], _ missing: Int) -> String {
    var (first, last): (NamedWindow?, NamedWindow?) = (nil, nil)
    for one in series {
      for (window, status) in zip(one.windows, one.statuses) where status.isMissing {
        let window = windows[Int(window)]
        if first.map({ window.window.start < $0.window.start }) ?? true { first = window }
        if last.map({ $0.window.start < window.window.start }) ?? true { last = window }
      }
    }
    let from = first?.label ?? ""
    let span = first?.label == last?.label ? from : "\(from) to \(last?.label ?? "")"
    return "\(Count.words(missing, "window")), \(span); \(datasets(of: series)) of \(apps(of: series))"
  }

  private func datasets(of series: [Series]) -> String {
    let names = series.reduce(into: [String]()) { if !$0.contains($1.sort) { $0.append($1.sort) } }
    let more = names.count - Self.datasetsMost
    return names.prefix(Self.datasetsMost).joined(separator: ", ")
      + (more > 0 ? " and \(Count.words(more, "more dataset"))" : "")
  }

  /// Those of which most is missing, with how much.
  private func apps(of series: [Series]) -> String {
    var (names, counts): ([String], [String: Int]) = ([], [:])
    for one in series {
      if counts[one.app] == nil { names.append(one.app) }
      counts[one.app, default: 0] += one.missing
    }
    guard names.count > 1 else { return names[0] }
    let order = names.indices.sorted { a, b in
      (counts[names[b]] ?? 0, a) < (counts[names[a]] ?? 0, b)
    }
    let told = order.prefix(Self.appsMost).map { "\(names[$0]) (\(counts[names[$0]] ?? 0))" }
    let more = names.count - Self.appsMost
    return told.joined(separator: ", ") + (more > 0 ? " and \(Count.words(more, "more app"))" : "")
  }
}
