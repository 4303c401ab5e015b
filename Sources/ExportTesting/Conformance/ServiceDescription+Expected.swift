// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceDescription {
  /// What the request for an order is told by, and what the list would show of the task.
  func expected(_ order: TaskOrder, parameters: [String: JSONValue]) -> DescribedServer.Expected {
    let lookup = values(of: order, parameters: parameters)
    func texts(_ template: Template) -> [String] { template.text(lookup).map { [$0] } ?? [] }
    switch recovery {
    case .named(let id): return .init(texts: texts(id))
    case .token: return .init(texts: texts(Template(parts: [.value(TemplateName(scope: "job", name: "token"), [])])))
    case .marked(let pointer, let text):
      return .init(texts: texts(text), echoes: [pointer: .string(text.text(lookup) ?? "")])
    case .single(_, let same), .lookalike(let same):
      let pairs = same.compactMap { same in same.value.value(lookup).map { (same.pointer, $0) } }
      return .init(echoes: Dictionary(pairs) { first, _ in first })
    case .blind: return .init()
    }
  }
}
