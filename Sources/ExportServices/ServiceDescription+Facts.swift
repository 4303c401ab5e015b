// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// What a description says that only people want to know, in its author's own words. Of a description that was checked.
public struct ServiceFacts: Sendable, Equatable {
  /// The kind of what proves who sends a request.
  public var auth: String
  /// Where files are found.
  public var result: String
  /// How long the service can tell of a task, and keeps its files.
  public var keepsTask: String?
  public var keepsResult: String?
  /// Where the answer to a submit has the task's id; empty where we choose it.
  public var id: [String]
  /// Where the answer to a poll has the task's state; `nil` where rules say it.
  public var state: String?
  /// Where it says how far the task is; `nil`: nowhere.
  public var progress: String?
  /// Where the answer to a poll has the task; `nil`: it is the whole body.
  public var task: String?
}

extension ServiceFacts {
  /// What is said nowhere has the language's default.
  public init(_ file: SourceFile) {
    let root = YAMLReader.read(file).root?.json ?? [:]
    auth = Self.text(root.at(pointer: "/auth/kind")) ?? Self.text(root["auth"]) ?? "credential"
    result = Self.text(root.at(pointer: "/result/kind")) ?? "container"
    keepsTask = Self.text(root.at(pointer: "/keeps/job"))
    keepsResult = Self.text(root.at(pointer: "/keeps/result"))
    let steps = root["submit"]?.array ?? [root["submit"] ?? [:]]
    id = steps.lazy.compactMap { $0["id"] }.first.map(Self.picks) ?? []
    state = Self.text(root.at(pointer: "/state/from"))
    progress = Self.text(root.at(pointer: "/state/progress"))
    task = Self.text(root.at(pointer: "/poll/task"))
  }

  private static func text(_ value: JSONValue?) -> String? {
    guard let value, value != .null, value.object == nil, value.array == nil else { return nil }
    return value.string ?? value.canonicalText
  }

  /// One pick, or several of which the first that gives a value is taken.
  private static func picks(_ value: JSONValue) -> [String] {
    if let several = value.array { return several.flatMap(picks) }
    return [value["from"]?.string ?? value.string].compactMap { $0 }
  }
}
