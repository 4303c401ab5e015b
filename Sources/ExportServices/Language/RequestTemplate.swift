// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A request, ready to be filled in.
package struct RequestTemplate: Sendable {
  package enum Target: Sendable {
    /// Behind the base.
    case path(Template)
    /// Whole; it must begin with the base when it is filled in.
    case url(Template)

    package var template: Template {
      switch self {
      case .path(let template), .url(let template): template
      }
    }
  }

  package var method: String
  package var target: Target
  package var query: [(name: String, value: Template)]
  package var headers: [(name: String, value: Template)] = []
  package var body: BodyTemplate?
}

/// What a request carries, by its form.
package enum BodyTemplate: Sendable {
  case json(JSONTemplate)
  /// `application/x-www-form-urlencoded`. A member whose value is absent is left out.
  case form([(name: String, value: Template)])
  /// Values that are put in have what is markup escaped.
  case xml(Template)
  /// As it is.
  case text(Template)
}

/// A request with its values in.
package struct FilledRequest: Sendable {
  package var method: String
  /// Without what `query` adds.
  package var address: String
  package var query: [(name: String, value: String)] = []
  package var headers: [(name: String, value: String)] = []
  package var body: FilledBody?

  package init(
    method: String, address: String, query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: FilledBody? = nil
  ) {
    (self.method, self.address, self.query, self.headers, self.body) = (method, address, query, headers, body)
  }

  /// To an address that is whole.
  package init(method: String, url: String) { self.init(method: method, address: url) }

  package var url: String {
    let sign = query.isEmpty ? "" : address.contains("?") ? "&" : "?"
    let items = query.map { "\(PercentEncoding.encode($0.name, keeping: "$"))=\(PercentEncoding.encode($0.value))" }
    return address + sign + items.joined(separator: "&")
  }

  /// The same kind of request to another address.
  package func following(_ link: String) -> FilledRequest {
    var request = self
    (request.address, request.query, request.body) = (link, [], nil)
    return request
  }

  var json: JSONValue? { if case .json(let value)? = body { value } else { nil } }

  /// Adds members to a body of JSON, or to a form.
  mutating func merge(_ more: JSONValue?) {
    guard case .object(let members)? = more else { return }
    switch body {
    case .json(.object(let own))?: body = .json(.object(own.merging(members) { $1 }))
    case .form(let own)?:
      let added = members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.string ?? $0.value.canonicalText) }
      body = .form(own.filter { members[$0.name] == nil } + added)
    default: body = more.map { .json($0) }
    }
  }
}

package enum FilledBody: Sendable {
  case json(JSONValue)
  case form([(name: String, value: String)])
  case text(String, type: String)

  package var bytes: [UInt8] {
    switch self {
    case .json(let value): value.canonicalBytes
    case .form(let members):
      Array(
        members.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
          .joined(separator: "&").utf8)
    case .text(let text, _): Array(text.utf8)
    }
  }

  /// Its `Content-Type`, unless the description says another.
  package var type: String {
    switch self {
    case .json: "application/json; charset=utf-8"
    case .form: "application/x-www-form-urlencoded"
    case .text(_, let type): type
    }
  }
}

extension RequestTemplate {
  /// What it names.
  package var names: [TemplateName] {
    target.template.names + query.flatMap(\.value.names) + headers.flatMap(\.value.names) + (body?.names ?? [])
  }
}

extension BodyTemplate {
  /// - Throws: `ServiceError` when a text has a value that is absent.
  func filled(_ lookup: Template.Lookup) throws -> FilledBody? {
    switch self {
    case .json(let template): return template.value(lookup).map { .json($0) }
    case .form(let members):
      return .form(members.compactMap { member in member.value.text(lookup).map { (member.name, $0) } })
    case .xml(let template):
      return .text(try Self.whole(template) { lookup($0).map(Self.escaped) }, type: "application/xml; charset=utf-8")
    case .text(let template):
      return .text(try Self.whole(template, lookup), type: "text/plain; charset=utf-8")
    }
  }

  private static func whole(_ template: Template, _ lookup: Template.Lookup) throws -> String {
    guard let text = template.text(lookup) else {
      throw ServiceError(.never, "a value for the request's body is missing")
    }
    return text
  }

  private static func escaped(_ value: JSONValue) -> JSONValue {
    var text = ""
    for character in value.string ?? value.canonicalText {
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      default: text.append(character)
      }
    }
    return .string(text)
  }

  /// What it names.
  package var names: [TemplateName] {
    switch self {
    case .json(let template): template.names
    case .form(let members): members.flatMap(\.value.names)
    case .xml(let template), .text(let template): template.names
    }
  }
}
