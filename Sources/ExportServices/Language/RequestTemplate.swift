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
  package var url: String
  package var headers: [(name: String, value: String)] = []
  package var body: FilledBody?

  var json: JSONValue? { if case .json(let value)? = body { value } else { nil } }

  /// Adds members to a body of JSON.
  mutating func merge(_ more: JSONValue?) {
    guard case .object(let members)? = more else { return }
    guard case .object(let own)? = json else {
      body = more.map { .json($0) }
      return
    }
    body = .json(.object(own.merging(members) { $1 }))
  }
}

package enum FilledBody: Sendable {
  case json(JSONValue)
  case text(String, type: String)

  var bytes: [UInt8] {
    switch self {
    case .json(let value): value.canonicalBytes
    case .text(let text, _): Array(text.utf8)
    }
  }

  /// Its `Content-Type`, unless the description says another.
  var type: String {
    switch self {
    case .json: "application/json; charset=utf-8"
    case .text(_, let type): type
    }
  }
}

extension BodyTemplate {
  /// - Throws: `ServiceError` when a text has a value that is absent.
  func filled(_ lookup: Template.Lookup) throws -> FilledBody? {
    switch self {
    case .json(let template): return template.value(lookup).map { .json($0) }
    case .form(let members):
      let pairs = members.compactMap { member in
        member.value.text(lookup).map { "\(PercentEncoding.encode(member.name))=\(PercentEncoding.encode($0))" }
      }
      return .text(pairs.joined(separator: "&"), type: "application/x-www-form-urlencoded")
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
