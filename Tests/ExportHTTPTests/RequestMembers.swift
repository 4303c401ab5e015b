// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

extension HTTPRequest {
  func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

  /// The members of a form or a query, decoded.
  var members: [String: String] {
    let text = body.map { String(decoding: $0, as: UTF8.self) } ?? String(url.drop { $0 != "?" }.dropFirst())
    let pairs = text.split(separator: "&").map { item -> (String, String) in
      let name = item.prefix { $0 != "=" }
      return (PercentEncoding.decode(name) ?? "", PercentEncoding.decode(item.dropFirst(name.count).dropFirst()) ?? "")
    }
    return Dictionary(pairs) { first, _ in first }
  }
}
