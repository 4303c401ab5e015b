// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// What a variable of the manifest stands for.
enum DeclaredValue {
  case known(JSONValue)
  /// A list or a mapping as it is written: made to a value when something refers to it or replaces it.
  case written(Written)

  final class Written {
    private let node: YAMLNode
    private(set) lazy var json = node.json

    init(_ node: YAMLNode) { self.node = node }
  }

  var json: JSONValue {
    switch self {
    case .known(let value): value
    case .written(let written): written.json
    }
  }
}
