// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Why a file is not a plan that can be run.
public enum PlanFileError: Error, Sendable, Equatable {
  case notJSON(offset: Int)
  case notAPlan
  case version(JSONValue?)
  case member(String)
  /// A line is not where or how this program writes it.
  case layout(line: Int)
  /// Its digest is right, and this program would write the same plan in other bytes.
  case form
  /// What the file says of itself is not what it holds: it was edited or cut.
  case damaged(expected: String, found: Digest)

  /// A file that is not laid out as a plan may be no plan at all, or not even JSON: its content says which.
  public func explained(by bytes: [UInt8]) -> PlanFileError {
    switch self {
    case .layout, .member: break
    default: return self
    }
    do {
      let document = try JSONValue(parsing: bytes)
      guard let version = document["plan"] else { return .notAPlan }
      return version.int == Int64(PlanFile.version) ? self : .version(version)
    } catch let error as JSONSyntaxError {
      return .notJSON(offset: error.offset)
    } catch {
      return self
    }
  }
}

extension PlanFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notJSON(let offset): "the plan is not JSON: byte \(offset) is wrong"
    case .notAPlan: "the file is JSON but not a plan: it has no member 'plan'"
    case .version(let found):
      "the plan has version \(found?.canonicalText.cut(to: 200) ?? "none"); this program reads version \(PlanFile.version)"
    case .member(let path): "the plan's member '\(path.cut(to: 200))' is missing or not what it should be"
    case .layout(let line):
      "the plan's line \(line) is not as it was written: a plan is read byte for byte; make it again"
    case .form: "the plan is not as this program writes it: a plan is read byte for byte; make it again"
    case .damaged(let expected, let found):
      "the plan was changed after it was made: it says \(expected.cut(to: 200)), its content is \(found); make it again"
    }
  }
}
