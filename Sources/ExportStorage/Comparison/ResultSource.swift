// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// One side of a comparison: results that lie somewhere, each the files of one window.
public protocol ResultSource: Sendable {
  /// For people: the folder, the container or the run.
  var name: String { get }
  /// What is told of the files is what was proved when they were verified; they may have been replaced since.
  var isRecord: Bool { get }

  /// - Throws: `StoreError`.
  func results() async throws -> FoundResults

  /// Reads a file of a result, piece by piece.
  /// - Throws: `StoreError`: `.artifact` when it is not there. What `take` throws.
  func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws
}

/// What a side has.
public struct FoundResults: Sendable {
  public var results: [FoundResult]
  /// What lies there and is no result, in words.
  public var remarks: [String]

  public init(_ results: [FoundResult], remarks: [String] = []) { (self.results, self.remarks) = (results, remarks) }
}

/// The files of one window, with what is known of what they are.
public struct FoundResult: Sendable, Equatable {
  public enum Condition: Sendable, Equatable {
    case whole
    /// It should be there, and was never made.
    case absent
    /// Why it cannot be held against another.
    case broken(String)
  }

  /// Each empty where nobody says it.
  public var export = ""
  public var app = ""
  public var dataset: String
  public var format: String
  public var window: String
  public var parts: [Artifact]
  public var condition = Condition.whole

  public init(export: String = "", app: String = "", dataset: String, format: String, window: String, parts: [Artifact])
  {
    (self.export, self.app, self.dataset, self.format) = (export, app, dataset, format)
    (self.window, self.parts) = (window, parts)
  }

  /// What lies at a place that nobody can make sense of: told by where it is.
  static func broken(_ place: String, _ reason: String) -> FoundResult {
    var result = FoundResult(dataset: place, format: "", window: "", parts: [])
    result.condition = .broken(reason)
    return result
  }

  /// What was exported, whoever asked for it.
  func subject(withExport: Bool) -> ResultSubject {
    ResultSubject(
      export: withExport ? export : "", app: app, dataset: dataset, format: format, window: window)
  }
}

/// What two results must have in common to be held against each other.
struct ResultSubject: Sendable, Hashable, Comparable {
  var export: String
  var app: String
  var dataset: String
  var format: String
  var window: String

  static func < (a: ResultSubject, b: ResultSubject) -> Bool { a.steps.lexicographicallyPrecedes(b.steps) }

  var steps: [String] { [export, app, dataset, format, window] }

  /// `shop-ios/event/json/2016-01-05`
  var title: String { steps.filter { !$0.isEmpty }.joined(separator: "/") }
}
