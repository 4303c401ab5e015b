// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import LocalCloud

/// What the commands of the local cloud print.
enum CloudText {
  /// A document of the schema of that name. Members are named as everywhere: `staging_sas`.
  /// - Parameter kind: `cloud_serve`: the member that holds the version.
  static func json(_ value: some Encodable, _ kind: String) -> String {
    guard let data = try? JSONEncoder().encode(value), let json = try? JSONValue(parsing: data) else { return "{}" }
    let members = (json.object ?? [:]).map { (snakeCased($0.key), $0.value) }
    return JSONValue.object(Dictionary(members + [(kind, 1)], uniquingKeysWith: { first, _ in first })).canonicalText
  }

  /// `stagingSAS` as `staging_sas`.
  private static func snakeCased(_ name: String) -> String {
    name.reduce(into: (text: "", wasUpper: false)) { result, character in
      if character.isUppercase, !result.wasUpper { result.text += "_" }
      result.text += character.lowercased()
      result.wasUpper = character.isUppercase
    }.text
  }

  // MARK: Seeds

  static func text(_ outcome: CloudSeeding.Outcome, in data: String) -> String {
    let rows = outcome.rows.sorted { $0.key < $1.key }.map { "  \($0.key)  \($0.value)" }
    let apps = outcome.apps == 1 ? "1 app" : "\(outcome.apps) apps"
    let days = outcome.daysMade == 0 ? "nothing was missing" : "\(outcome.daysMade) days of apps made"
    return
      (["\(data): \(apps), \(outcome.from) to \(outcome.through), seed \(outcome.seed), \(days)"] + rows)
      .joined(separator: "\n")
  }

  // MARK: Imports

  static func json(_ outcome: ArchiveImport.Outcome) -> String {
    struct Document: Encodable {
      var imported, known, bad, rows: Int
      var files: [ArchiveImport.Outcome.File]
    }
    return json(
      Document(
        imported: outcome.count(.imported), known: outcome.count(.known), bad: outcome.count(.bad), rows: outcome.rows,
        files: outcome.files), "cloud_import")
  }

  static func text(_ outcome: ArchiveImport.Outcome) -> String {
    let taken = outcome.files.filter { $0.status != .bad }
    let groups = Dictionary(grouping: taken) { "\($0.app ?? "") \($0.dataset ?? "")" }
    let lines = groups.sorted { $0.key < $1.key }.map { name, files in
      // A file of which nothing is served any more stands in the sum alone.
      let served = files.filter { $0.served != 0 }
      let rows = served.reduce(0) { $0 + ($1.served ?? $1.rows ?? 0) }
      return "  \(name)  \(counted(rows, "row")) in \(counted(served.count, "file"))"
    }
    let sum =
      "\(counted(outcome.count(.imported), "file")) imported, \(outcome.count(.known)) known, \(outcome.count(.bad)) bad"
    return ([sum] + lines).joined(separator: "\n")
  }

  /// `FILE:LINE: error: row 7: …`, and remarks.
  static func problems(_ outcome: ArchiveImport.Outcome) -> [String] {
    outcome.files.compactMap { file in
      if let remark = file.remark { return "\(file.file): warning: \(remark)" }
      guard file.status == .bad else { return nil }
      let place = file.file + (file.line.map { ":\($0)" } ?? "")
      return "\(place): error: " + (file.row.map { "row \($0): " } ?? "") + (file.problem ?? "")
    }
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  // MARK: Faults

  static func faults() -> String {
    let operations = FaultRule.Operation.allCases.map { ("  " + $0.rawValue, $0.sentence) }
    let measures = FaultTable.Measure.allCases.map { ("  " + $0.rawValue, $0.sentence) }
    let faults = FaultTable.entries.map { entry in
      let of = entry.operations.map(\.rawValue).joined(separator: ", ")
      return (
        "  " + entry.example.split(separator: ":").dropFirst().joined(separator: ":"), "\(entry.sentence) [\(of)]"
      )
    }
    let chances = [
      ("  :P%", "by chance, out of a hundred; the seed decides"), ("  :xN", "the first N times, and then no more"),
    ]
    return [
      "operations", table(operations), "faults", table(faults), "measures", table(measures), "chances", table(chances),
    ].joined(separator: "\n")
  }

  private static func table(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { $0 + String(repeating: " ", count: width - $0.count + 2) + $1 }.joined(separator: "\n")
  }

  static func faultsJSON() -> String {
    struct Document: Encodable {
      struct Word: Encodable { var name, sentence: String }
      struct Fault: Encodable {
        var name, sentence, example: String
        var measure: String?
        var operations: [String]
      }
      var operations, measures: [Word]
      var faults: [Fault]
    }
    return json(
      Document(
        operations: FaultRule.Operation.allCases.map { .init(name: $0.rawValue, sentence: $0.sentence) },
        measures: FaultTable.Measure.allCases.map { .init(name: $0.rawValue, sentence: $0.sentence) },
        faults: FaultTable.entries.map { entry in
          .init(
            name: entry.fault.rawValue, sentence: entry.sentence, example: entry.example,
            measure: entry.measure?.rawValue, operations: entry.operations.map(\.rawValue))
        }), "cloud_faults")
  }
}
