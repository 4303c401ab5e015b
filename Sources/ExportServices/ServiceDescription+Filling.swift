// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ServiceDescription {
  /// The base with parameters put in. What is put in can name a host or a part of one, and nothing else.
  /// - Throws: `ServiceError`.
  public static func filled(_ base: String, _ parameters: [String: JSONValue]) throws(ServiceError) -> String {
    guard base.contains("${"), let template = try? Template(parsing: base) else { return base }
    let scope = Scope(parameters: parameters, app: [:])
    for name in template.names {
      guard let text = scope.value(name).map({ $0.string ?? $0.canonicalText }), !text.isEmpty else {
        throw ServiceError(.never, "the service's address needs '\(name.name)'")
      }
      guard text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }) else {
        throw ServiceError(
          .never, "'\(name.name)' cannot stand in the service's address: letters, digits, '.' and '-' can")
      }
    }
    return template.text(scope.value) ?? base
  }

  func fill(_ template: RequestTemplate, base: String, _ scope: Scope) throws -> FilledRequest {
    guard let target = template.target.template.text(scope.value) else {
      throw ServiceError(.never, "a value for the request's address is missing")
    }
    // What stands there instead could make another host of the base.
    if case .path = template.target, let first = target.first, first != "/", first != "?" {
      throw ServiceError(.never, "the request's path does not begin with '/'")
    }
    var address = base + target
    if case .url = template.target {
      // What proves who asks goes nowhere else.
      guard let whole = ServiceAddress.whole(target, base: base) else {
        throw ServiceError(.never, "the request would go to another host than the service's")
      }
      address = whole
    }
    guard ServiceAddress.canBeSent(address) else {
      throw ServiceError(.never, "a value for the request's address holds a blank or a line break")
    }
    return FilledRequest(
      method: template.method, address: address,
      query: template.query.compactMap { item in item.value.text(scope.value).map { (item.name, $0) } },
      headers: try template.headers.compactMap { try Self.header($0.name, $0.value.text(scope.value)) },
      body: try template.body?.filled(scope.value))
  }

  /// A line break in a value would begin another header.
  private static func header(_ name: String, _ value: String?) throws -> (name: String, value: String)? {
    guard let value else { return nil }
    guard value.unicodeScalars.allSatisfy({ $0 == "\t" || ($0.value >= 0x20 && $0.value != 0x7F) }) else {
      throw ServiceError(.never, "a value for the header '\(name)' holds a line break or another control character")
    }
    return (name, value)
  }
}

/// Addresses that a service gives.
enum ServiceAddress {
  /// A link as a whole address at the service's own host; `nil` for one that leads elsewhere.
  /// - Parameter page: the address that the link was on, for links that begin with neither a host nor a slash.
  static func whole(_ link: String, base: String, page: String? = nil) -> String? {
    let isElsewhere = link.hasPrefix("//") || link.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains(":")
    let whole =
      if isElsewhere { link } else if link.hasPrefix("/") { rooted(link, base) } else { relative(link, page ?? base) }
    guard canBeSent(whole), let host = Origin(of: base), host == Origin(of: whole) else { return nil }
    // The host in the base's own spelling: services write its port and its capitals as they like.
    let address = origin(of: base) + whole.dropFirst(origin(of: whole).count)
    return address.hasPrefix(base + "/") ? String(address) : nil
  }

  /// Up to the path.
  private static func origin(of address: String) -> Substring {
    guard let sign = address.firstRange(of: "://") else { return "" }
    return address[..<(address[sign.upperBound...].firstIndex { "/?#".contains($0) } ?? address.endIndex)]
  }

  static func canBeSent(_ address: String) -> Bool {
    address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
  }

  /// Behind the base, or behind its host where the link has the base's own path.
  private static func rooted(_ link: String, _ base: String) -> String {
    guard let host = base.firstRange(of: "://").flatMap({ base[$0.upperBound...].firstIndex(of: "/") }) else {
      return base + link
    }
    return link.hasPrefix(base[host...] + "/") ? base[..<host] + link : base + link
  }

  private static func relative(_ link: String, _ page: String) -> String {
    let path = page.prefix { $0 != "?" && $0 != "#" }
    if link.hasPrefix("?") { return path + link }
    return path[...(path.lastIndex(of: "/") ?? path.startIndex)] + link
  }
}
