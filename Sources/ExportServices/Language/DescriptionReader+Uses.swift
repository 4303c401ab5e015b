// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// Where templates name what, for what can be held against each other only when all is read.
extension DescriptionReader {
  /// What cannot be made without all of its values.
  enum Need {
    case address, body, fileName, ownName

    var words: String {
      switch self {
      case .address: "an address"
      case .body: "a body of text"
      case .fileName: "a name of files"
      case .ownName: "what tells a task"
      }
    }
  }

  /// A form, by its dataset and its place in the list.
  struct FormPlace: Hashable {
    var dataset: String
    var index: Int
  }

  /// A name in a template.
  struct Use {
    var name: TemplateName
    var filters: [Filter]
    var place: SourcePlace
    /// `nil`: a member that is left out where the value is absent.
    var need: Need?
    /// `nil`: it stands in what is sent for every dataset.
    var dataset: String?
    /// `nil`: it stands in what is sent for every form.
    var form: Int?
  }

  mutating func needing<Value>(_ need: Need?, _ body: (inout DescriptionReader) -> Value) -> Value {
    let before = self.need
    self.need = need
    defer { self.need = before }
    return body(&self)
  }
}
