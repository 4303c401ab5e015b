// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The plan as bytes, versioned by `Schemas/plan.schema.json`: members sorted by name, times in UTC, one job a line,
/// no other white space. The same plan has the same bytes anywhere.
public struct PlanFile: Sendable, Equatable {
  /// The version that this program writes.
  public static let version = 1

  public let plan: Plan
  public let bytes: [UInt8]
  /// SHA-256 of the bytes without the `digest` member.
  public let digest: Digest

  public init(_ plan: Plan) {
    var writer = PlanWriter(plan)
    (bytes, digest) = writer.write()
    self.plan = plan
  }

  /// Reads a plan file back.
  /// - Throws: `PlanFileError`.
  public init(parsing bytes: [UInt8]) throws {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch let error as JSONSyntaxError {
      throw PlanFileError.notJSON(offset: error.offset)
    }
    guard document["plan"] != nil else { throw PlanFileError.notAPlan }
    guard document["plan"]?.int == Int64(Self.version) else { throw PlanFileError.version(document["plan"]) }
    let plan = try PlanReader(document).plan()
    self.init(plan)
    guard document["digest"]?.string == digest.description else {
      throw PlanFileError.damaged(expected: document["digest"]?.string ?? "none", found: digest)
    }
  }
}

/// Why a file is not a plan that can be run.
public enum PlanFileError: Error, Sendable, Equatable {
  case notJSON(offset: Int)
  case notAPlan
  case version(JSONValue?)
  case member(String)
  /// What the file says of itself is not what it holds: it was edited or cut.
  case damaged(expected: String, found: Digest)
}

extension PlanFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notJSON(let offset): "the plan is not JSON: byte \(offset) is wrong"
    case .notAPlan: "the file is JSON but not a plan: it has no member 'plan'"
    case .version(let found):
      "the plan has version \(found?.canonicalText ?? "none"); this program reads version \(PlanFile.version)"
    case .member(let path): "the plan's member '\(path)' is missing or not what it should be"
    case .damaged(let expected, let found):
      "the plan was changed after it was made: it says \(expected), its content is \(found); make it again"
    }
  }
}
