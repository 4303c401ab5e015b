// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Facets of OpenLineage, each with the address of its published schema.
struct LineageFacets: Sendable {
  /// Of a run event.
  static let schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"

  /// A URI that names this program in its version.
  let producer: String
  // The same in every event.
  let engine: [UInt8]
  let runType: [UInt8]
  let jobType: [UInt8]

  /// - Parameter program: `outhaul 0.1.0`.
  init(program: String) {
    let words = program.split(separator: " ", maxSplits: 1).map(String.init)
    let (name, version) = (words.first ?? "outhaul", words.count > 1 ? words[1] : "unknown")
    let producer = "https://outhaul.example/\(PathText.encode("\(name)/\(version)"))"
    func type(_ type: String) -> [UInt8] {
      Self.facet(
        "2-0-4", "JobTypeJobFacet", ["processingType": "BATCH", "integration": "OUTHAUL", "jobType": .string(type)],
        producer
      ).canonicalBytes
    }
    self.producer = producer
    (runType, jobType) = (type("RUN"), type("JOB"))
    engine =
      Self.facet(
        "1-1-1", "ProcessingEngineRunFacet", ["name": .string(name), "version": .string(version)], producer
      ).canonicalBytes
  }

  func nominalTime(from start: Instant, to end: Instant?) -> JSONValue {
    var members: [String: JSONValue] = ["nominalStartTime": .string(start.description)]
    members["nominalEndTime"] = end.map { .string($0.description) }
    return facet("1-0-1", "NominalTimeRunFacet", members)
  }

  /// The run that a job was done in; it is the root as well.
  func parent(run: String, namespace: String, name: String) -> JSONValue {
    let parent: [String: JSONValue] = [
      "run": ["runId": .string(run)], "job": ["namespace": .string(namespace), "name": .string(name)],
    ]
    return facet("1-2-0", "ParentRunFacet", parent.merging(["root": .object(parent)]) { $1 })
  }

  func error(_ message: String) -> JSONValue {
    facet("1-0-1", "ErrorMessageRunFacet", ["message": .string(message), "programmingLanguage": "Swift"])
  }

  func statistics(rows: Int64?, bytes: Int64) -> JSONValue {
    var members: [String: JSONValue] = ["size": .int(bytes), "fileCount": 1]
    members["rowCount"] = rows.map { .int($0) }
    return facet("1-0-2", "OutputStatisticsOutputDatasetFacet", members)
  }

  private func facet(_ version: String, _ name: String, _ members: [String: JSONValue]) -> JSONValue {
    Self.facet(version, name, members, producer)
  }

  private static func facet(
    _ version: String, _ name: String, _ members: [String: JSONValue], _ producer: String
  ) -> JSONValue {
    var members = members
    members["_producer"] = .string(producer)
    members["_schemaURL"] = .string("https://openlineage.io/spec/facets/\(version)/\(name).json#/$defs/\(name)")
    return .object(members)
  }
}

/// Texts as parts of a URI's path.
enum PathText {
  /// Everything but letters, digits and `-._~/` as its bytes.
  static func encode(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        encoded.append(byte)
      default: encoded += "%\(Hex.encode([byte]).uppercased())".utf8
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
