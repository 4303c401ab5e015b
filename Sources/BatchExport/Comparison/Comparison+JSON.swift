// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportStorage

extension Comparison {
  /// The version of the format.
  public static let version = 1

  /// The document of `Schemas/compare.schema.json`: windows that are equal are counted, the others told.
  public var json: JSONValue {
    let others = windows.compactMap(\.json)
    return [
      "a": .string(a), "b": .string(b), "compare": .int(Int64(Self.version)), "differences": .array(others),
      "equal": .bool(isEqual), "equal_windows": .int(Int64(windows.count - others.count)),
      "remarks": .array(remarks.map { .string($0) }), "recorded_windows": .int(Int64(recorded)), "rows": .int(rows),
      "windows": .int(Int64(windows.count)),
    ]
  }
}

extension Comparison.Window {
  /// `nil` for one that is equal.
  fileprivate var json: JSONValue? {
    let title = JSONValue.string(title)
    switch verdict {
    case .equal: return nil
    case .onlyInA: return ["title": title, "verdict": "only in A"]
    case .onlyInB: return ["title": title, "verdict": "only in B"]
    case .unreadable(let reason): return ["reason": .string(reason), "title": title, "verdict": "unreadable"]
    case .different(let difference):
      return [
        "added": .int(difference.added), "changed": .int(difference.changed),
        "cut_off": .bool(difference.isCutOff), "examples": .array(difference.examples.map(\.json)),
        "gone": .int(difference.gone), "title": title, "verdict": "different",
      ]
    }
  }
}

extension RowChange {
  fileprivate var json: JSONValue {
    switch self {
    case .gone(let row): ["change": "gone", "row": .string(row)]
    case .added(let row): ["change": "added", "row": .string(row)]
    case .changed(let row, let members):
      ["change": "changed", "members": .array(members.map(\.json)), "row": .string(row)]
    }
  }
}

extension MemberChange {
  fileprivate var json: JSONValue {
    .object(
      ["a": a.map { .string($0) }, "b": b.map { .string($0) }, "path": .string(path)].compactMapValues { $0 })
  }
}
