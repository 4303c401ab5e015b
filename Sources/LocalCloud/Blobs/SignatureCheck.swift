// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// A request's query, decoded, in order.
struct CloudQuery: Sendable {
  let items: [(name: String, value: String)]

  init(_ text: String?) {
    items = (text ?? "").split(separator: "&").map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? String(parts[1]) : ""
      return (String(parts[0]).removingPercentEncoding ?? String(parts[0]), value.removingPercentEncoding ?? value)
    }
  }

  subscript(name: String) -> String? { items.first { $0.name.lowercased() == name.lowercased() }?.value }
}

/// What a storage request wants to do, and the SAS letters that permit it (contract.md 6.1).
enum BlobRight: Sendable {
  case write, createOrWrite, read, delete, list, container, createContainer, listContainers

  /// Any of these letters of a container's service SAS; empty: not possible with one.
  var serviceLetters: String {
    switch self {
    case .write: "w"
    case .createOrWrite: "wc"
    case .read: "r"
    case .delete: "d"
    case .list: "l"
    case .container, .createContainer, .listContainers: ""
    }
  }

  /// Of an account SAS: the resource type and any of these letters.
  var accountLetters: (resource: Character, letters: String) {
    switch self {
    case .write: ("o", "w")
    case .createOrWrite: ("o", "wc")
    case .read: ("o", "r")
    case .delete: ("o", "d")
    case .list: ("c", "l")
    case .container: ("c", "r")
    case .createContainer: ("c", "cw")
    case .listContainers: ("s", "l")
    }
  }
}

/// Why a storage request is refused.
struct BlobRefusal: Error {
  var status: Int
  var code: String
  var message: String
  var detail: String?

  static func authentication(_ detail: String) -> BlobRefusal {
    BlobRefusal(
      status: 403, code: "AuthenticationFailed",
      message: "Server failed to authenticate the request. Make sure the value of Authorization header is formed "
        + "correctly including the signature.", detail: detail)
  }

  static func permission(_ code: String, _ message: String) -> BlobRefusal {
    BlobRefusal(status: 403, code: code, message: message)
  }
}

/// Checks shared access signatures and Shared Key against the account's key (contract.md 6.1 and 6.2).
struct SignatureCheck: Sendable {
  let account: String
  let key: SymmetricKey
  /// 0.25 h, as the real service allows.
  static let skew: Int64 = 900_000

  func signature(_ text: String) -> String {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).base64EncodedString()
  }

  // MARK: Shared access signatures

  func check(sas query: CloudQuery, container: String, right: BlobRight, now: Int64) throws {
    guard let sig = query["sig"], let version = query["sv"] else {
      throw BlobRefusal.authentication("sv and sig are mandatory")
    }
    let isAccount = query["ss"] != nil && query["srt"] != nil
    let text = isAccount ? accountText(query, version) : serviceText(query, version, container)
    guard signature(text) == sig else {
      throw BlobRefusal.authentication("Signature did not match. String to sign used was \(text)")
    }
    try times(query, now)
    if query["spr"] == "https" {
      throw BlobRefusal.permission(
        "AuthorizationProtocolMismatch", "This request is not authorized to perform this operation using this protocol."
      )
    }
    let letters = query["sp"] ?? ""
    if isAccount {
      guard query["ss"]?.contains("b") == true else {
        throw BlobRefusal.permission(
          "AuthorizationServiceMismatch", "This request is not authorized to perform this operation using this service."
        )
      }
      guard query["srt"]?.contains(right.accountLetters.resource) == true else {
        throw BlobRefusal.permission(
          "AuthorizationResourceTypeMismatch",
          "This request is not authorized to perform this operation using this resource type.")
      }
    }
    let wanted = isAccount ? right.accountLetters.letters : right.serviceLetters
    guard letters.contains(where: { wanted.contains($0) }) else {
      throw BlobRefusal.permission(
        "AuthorizationPermissionMismatch",
        "This request is not authorized to perform this operation using this permission.")
    }
  }

  private func times(_ query: CloudQuery, _ now: Int64) throws {
    let start = query["st"].flatMap { CloudTime.instant($0) }
    let expiry = query["se"].flatMap { CloudTime.instant($0) }
    guard let expiry, expiry > now, (start ?? .min) <= now else {
      throw BlobRefusal.authentication(
        "Signature not valid in the specified time frame: Start [\(query["st"] ?? "")] - Expiry [\(query["se"] ?? "")] "
          + "- Current [\(CloudTime.http(now))]")
    }
  }

  /// The fields of a service SAS, by version.
  private func serviceText(_ query: CloudQuery, _ version: String, _ container: String) -> String {
    func value(_ name: String) -> String { query[name] ?? "" }
    var fields = [value("sp"), value("st"), value("se"), "/blob/\(account)/\(container)", value("si")]
    fields += [value("sip"), value("spr"), version]
    if version >= "2018-11-09" { fields += [value("sr"), ""] }
    if version >= "2020-12-06" { fields.append(value("ses")) }
    fields += ["rscc", "rscd", "rsce", "rscl", "rsct"].map(value)
    return fields.joined(separator: "\n")
  }

  /// The fields of an account SAS, each with an end of line.
  private func accountText(_ query: CloudQuery, _ version: String) -> String {
    func value(_ name: String) -> String { query[name] ?? "" }
    var fields = [account] + ["sp", "ss", "srt", "st", "se", "sip", "spr"].map(value) + [version]
    if version >= "2020-12-06" { fields.append(value("ses")) }
    return fields.map { $0 + "\n" }.joined()
  }

  // MARK: Shared Key

  func check(
    sharedKey authorization: String, method: String, path: String, query: CloudQuery,
    headers: [(name: String, value: String)], now: Int64
  ) throws {
    let parts = authorization.dropFirst("SharedKey ".count).split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else {
      throw BlobRefusal(
        status: 400, code: "InvalidAuthenticationInfo",
        message: "Authentication information is not given in the correct format.")
    }
    let all = headers.map { (name: $0.name.lowercased(), value: $0.value) }
    func value(_ name: String) -> String { all.first { $0.name == name }?.value ?? "" }
    let length = value("content-length") == "0" ? "" : value("content-length")
    let date = value("x-ms-date").isEmpty ? value("date") : ""
    var lines = [method, value("content-encoding"), value("content-language"), length, value("content-md5")]
    lines += [value("content-type"), date]
    lines += ["if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"].map(value)
    let own = all.filter { $0.name.hasPrefix("x-ms-") }.sorted { $0.name < $1.name }
      .map { "\($0.name):\($0.value.trimmingCharacters(in: .whitespaces))\n" }.joined()
    var resource = "/\(account)\(path)"
    let names = Set(query.items.map { $0.name.lowercased() }).sorted()
    for name in names {
      let values = query.items.filter { $0.name.lowercased() == name }.map(\.value).sorted()
      resource += "\n\(name):\(values.joined(separator: ","))"
    }
    let text = lines.joined(separator: "\n") + "\n" + own + resource
    guard parts[0] == account, signature(text) == parts[1] else {
      throw BlobRefusal.authentication(
        "The MAC signature found in the HTTP request is not the same as any computed signature. Server used following string to sign: '\(text)'."
      )
    }
  }
}
