// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// An answer with its body read once. Items of a list are answers of their own.
package struct Answer: Sendable {
  package var head: HTTPHead
  package var json: JSONValue?
  package var xml: XMLNode?
  /// The beginning of a body that is neither.
  package var start: String
  /// What the request held that must not come back in a message.
  var hidden: [Secret] = []
  /// What is kept of a body that is neither, in bytes: more than is shown, because what is a secret is not known yet.
  static let startLength = 16 << 10

  /// - Parameter readsXML: a body that is no JSON may be XML.
  package init(_ response: HTTPResponse, readsXML: Bool = false) {
    head = response.head
    let body = BodyText.utf8(of: response)
    json = try? JSONValue(parsing: body)
    xml = readsXML && json == nil ? XMLNode.read(body) : nil
    start = json == nil ? String(decoding: body.prefix(Self.startLength), as: UTF8.self) : ""
  }

  init(_ item: AnswerItem, head: HTTPHead) {
    (self.head, start) = (head, "")
    if let node = item.xml { xml = node } else { json = item.json }
  }

  /// The body as an item; `nil` when nothing could be read.
  var whole: AnswerItem? { json.map { AnswerItem(json: $0) } ?? xml.map { AnswerItem(xml: $0) } }
}

/// A part of an answer that stands for itself, such as an element of a list.
package struct AnswerItem: Sendable {
  /// What pointers go into; of an element of XML its elements by name, the first of each.
  package let json: JSONValue
  let xml: XMLNode?

  init(json: JSONValue) { (self.json, xml) = (json, nil) }

  init(xml: XMLNode) { (json, self.xml) = (xml.json, xml) }
}
