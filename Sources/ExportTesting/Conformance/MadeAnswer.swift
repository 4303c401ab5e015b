// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices

/// An answer that a service would give: values are written where a description picks them.
struct MadeAnswer: Sendable {
  var status: Int
  var headers: [String: String] = [:]
  /// What pointers of `body:` go into.
  var json: JSONValue = [:]
  /// The document's own element and what is in it, as members; repeated elements are arrays.
  var xml: JSONValue?

  init(_ status: Int) { self.status = status }

  mutating func put(_ value: JSONValue, at pick: Pick) {
    switch pick {
    case .body(let pointer): json.put(value, at: pointer)
    case .xml(let path):
      var document = xml ?? [:]
      document.put(value, at: path.map { "/\($0)" }.joined())
      xml = document
    case .header(let name): headers[name] = value.string ?? value.canonicalText
    case .headers(let prefix): headers[prefix + "all"] = value.string ?? value.canonicalText
    case .status: status = (value.int ?? value.string.flatMap { Int64($0) }).map { Int($0) } ?? status
    }
  }

  /// Puts the elements of a list where it is picked.
  mutating func put(_ elements: [JSONValue], each pick: Pick) {
    switch pick {
    case .body(let pointer):
      put(.array(elements), at: .body(pointer: pointer.hasSuffix("/*") ? String(pointer.dropLast(2)) : pointer))
    default: put(.array(elements), at: pick)
    }
  }

  /// Puts a member of an item: what pointers into elements of a list lead to.
  mutating func putMember(_ value: JSONValue, at pointer: String, root: String?) {
    guard let root, xml != nil else { return json.put(value, at: pointer) }
    put(value, at: .xml(path: [root] + pointer.split(separator: "/").map(String.init)))
  }

  /// What is in it, without an element that has a name of its own.
  func inner(_ root: String?) -> JSONValue { xml.map { document in root.flatMap { document[$0] } ?? document } ?? json }

  /// Puts what a condition wants to see.
  mutating func satisfy(_ condition: Condition) {
    if let status = condition.statuses?.min() { self.status = status }
    for (pick, wanted) in condition.picks {
      switch wanted {
      case .present: put("there", at: pick)
      case .absent: break
      case .words(let words): if let word = words.first { put(.string(word.example), at: pick) }
      }
    }
  }

  /// As a client reads it.
  var read: ExportServices.Answer {
    guard case .answer(let status, let headers, let body) = reply else {
      return ExportServices.Answer(HTTPResponse(HTTPHead(status: 0)))
    }
    let head = HTTPHead(status: status, headers: headers.map { ($0.key, $0.value) })
    return ExportServices.Answer(HTTPResponse(head, body: body), readsXML: xml != nil)
  }

  var reply: ScriptedServer.Reply {
    if let xml {
      let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>" + Self.markup(xml)
      return .answer(status, headers.merging(["Content-Type": "application/xml"]) { $1 }, Array(text.utf8))
    }
    return .json(status, json.canonicalText, headers)
  }

  private static func markup(_ value: JSONValue) -> String {
    guard case .object(let members) = value else { return escaped(value.string ?? value.canonicalText) }
    return members.sorted { $0.key < $1.key }.map { name, value in
      if case .array(let elements) = value {
        return elements.map { "<\(name)>\(markup($0))</\(name)>" }.joined()
      }
      return "<\(name)>\(markup(value))</\(name)>"
    }.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}

extension JSONValue {
  /// Writes a value at a JSON pointer; what leads there is made. A step that is a number makes an array.
  mutating func put(_ value: JSONValue, at pointer: String) {
    let steps = pointer.split(separator: "/", omittingEmptySubsequences: true)
      .map { $0.replacing("~1", with: "/").replacing("~0", with: "~") }
    put(value, along: steps.map { String($0) }[...])
  }

  private mutating func put(_ value: JSONValue, along steps: ArraySlice<String>) {
    guard let step = steps.first else { return self = value }
    let rest = steps.dropFirst()
    if let index = Int(step) {
      var elements = array ?? []
      while elements.count <= index { elements.append([:]) }
      elements[index].put(value, along: rest)
      self = .array(elements)
      return
    }
    var members: [String: JSONValue] = if case .object(let own) = self { own } else { [:] }
    var member = members[step] ?? [:]
    member.put(value, along: rest)
    members[step] = member
    self = .object(members)
  }
}
