// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import LocalCloud
import Testing

/// What tests of the contract's rows need of a running cloud.
extension CloudBench {
  static func run(
    _ change: @Sendable (inout LocalCloudConfiguration) throws -> Void = { _ in },
    _ body: @escaping @Sendable (CloudBench) async throws -> Void
  ) async throws {
    let folder = CloudFolder()
    try await with(folder.url, change, body)
  }

  static let days = #""startDate":"2016-12-01","endDate":"2016-12-02""#
  static let window =
    #""campaignType":"Announcement","campaignWindowStart":"2016-12-01T00:00:00Z","campaignWindowEnd":"2016-12-02T00:00:00Z""#

  /// An answer of the API, refused or not.
  struct Outcome: Equatable, CustomStringConvertible {
    var status: UInt
    var code: String?

    init(_ status: UInt, _ code: String?) { (self.status, self.code) = (status, code) }

    init(_ answer: Answer) { self.init(answer.status, answer.code ?? answer.headers["x-ms-error-code"]) }

    var description: String { "\(status) \(code ?? "")" }
  }

  /// Any address of the API, with a token.
  func get(_ path: String, _ query: String = "", headers: [(String, String)] = []) async throws -> Answer {
    try await send(
      "GET", "\(path)?api-version=2014-12-01\(query)", headers: [("Authorization", "Bearer any")] + headers)
  }

  // MARK: Exports

  /// Makes a task and waits for its end.
  func export(_ kind: String, _ more: String = "", format: String = "JsonBlob") async throws -> Answer {
    let made = try await call("POST", "/\(kind)", body: body(more, format: format))
    #expect(made.status == 202, "\(made.text)")
    return try await ended(made.json["id"] as? String ?? "")
  }

  /// The blobs of a task, by the last part of their names.
  func files(of task: Answer) async throws -> [String: Answer] {
    let id = task.json["id"] as? String ?? "-"
    let list = try await send("GET", staged("", "&restype=container&comp=list"))
    var files: [String: Answer] = [:]
    for name in list.text.matches(of: #/<Name>([^<]+)<\/Name>/#).map({ String($0.1) }) where name.contains(id) {
      files[String(name.split(separator: "/").last ?? "")] = try await send("GET", staged("/\(name)"))
    }
    return files
  }

  /// The rows of a task's first part.
  func rows(_ kind: String, _ more: String = "") async throws -> [[String: Any]] {
    let task = try await export(kind, more)
    let part = try await files(of: task)["part-00000.json"]
    return try #require(try JSONSerialization.jsonObject(with: part?.body ?? Data()) as? [[String: Any]])
  }

  // MARK: Tokens

  func token(_ form: [(String, String)], v2: Bool, tenant: String? = nil) async throws -> Answer {
    let body = form.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
    return try await send(
      "POST", "/\(tenant ?? endpoints.tenant)/oauth2/\(v2 ? "v2.0/" : "")token",
      headers: [("Content-Type", "application/x-www-form-urlencoded")], body: body.joined(separator: "&"))
  }

  var client: [(String, String)] {
    [("grant_type", "client_credentials"), ("client_id", endpoints.client), ("client_secret", endpoints.secret)]
  }

  // MARK: Storage

  private func query(_ fields: [(String, String)], signing text: String, key: Data? = nil) -> String {
    let key = SymmetricKey(data: key ?? Data(base64Encoded: endpoints.accountKey) ?? Data())
    let sig = Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).base64EncodedString()
    return (fields + [("sig", sig)]).filter { !$0.1.isEmpty }
      .map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
      .joined(separator: "&")
  }

  /// A signature for the container of exports, written by the contract's table alone.
  func service(
    _ sp: String, version: String = "2021-12-02", st: String = "", se: String = "2099-01-01T00:00:00Z", ip: String = "",
    protocols: String = ""
  ) -> String {
    var lines = [sp, st, se, "/blob/outhaulcloud/exports", "", ip, protocols, version]
    if version >= "2018-11-09" { lines += ["c", ""] }
    if version >= "2020-12-06" { lines.append("") }
    lines += ["", "", "", "", ""]
    return query(
      [("sv", version), ("sr", "c"), ("sp", sp), ("st", st), ("se", se), ("sip", ip), ("spr", protocols)],
      signing: lines.joined(separator: "\n"))
  }

  func account(_ sp: String, services: String = "b", types: String = "sco", version: String = "2021-12-02") -> String {
    let se = "2099-01-01T00:00:00Z"
    var lines = ["outhaulcloud", sp, services, types, "", se, "", "", version]
    if version >= "2020-12-06" { lines.append("") }
    return query(
      [("sv", version), ("ss", services), ("srt", types), ("sp", sp), ("se", se)],
      signing: lines.map { $0 + "\n" }.joined())
  }

  /// With a key that a user was given, as its XML tells it.
  func delegated(_ sp: String, by key: String, version: String = "2021-12-02") -> String {
    func told(_ name: String) -> String {
      guard let start = key.firstRange(of: "<\(name)>") else { return "" }
      return String(key[start.upperBound...].prefix { $0 != "<" })
    }
    let se = "2099-01-01T00:00:00Z"
    let own = ["SignedOid", "SignedTid", "SignedStart", "SignedExpiry", "SignedService", "SignedVersion"].map(told)
    var lines = [sp, "", se, "/blob/outhaulcloud/exports"] + own
    if version >= "2020-02-10" { lines += ["", "", ""] }
    if version >= "2025-07-05" { lines += ["", ""] }
    lines += ["", "", version, "c", ""]
    if version >= "2020-12-06" { lines.append("") }
    if version >= "2026-04-06" { lines += ["", ""] }
    lines += ["", "", "", "", ""]
    return query(
      [("sv", version), ("sr", "c"), ("sp", sp), ("se", se)]
        + zip(["skoid", "sktid", "skt", "ske", "sks", "skv"], own).map { ($0, $1) },
      signing: lines.joined(separator: "\n"), key: Data(base64Encoded: told("Value")) ?? Data())
  }

  /// A request to storage with a signature, or with none.
  func store(
    _ method: String, _ path: String, _ query: String = "", sas: String = "", _ headers: [(String, String)] = [],
    body: String? = nil
  ) async throws -> Answer {
    let all = [query, sas].filter { !$0.isEmpty }.joined(separator: "&")
    return try await send(method, "\(endpoints.blobURL)\(path)?\(all)", headers: headers, body: body)
  }

  @discardableResult func put(
    _ name: String, _ body: String, _ headers: [(String, String)] = [], sas: String? = nil
  ) async throws -> Answer {
    try await store(
      "PUT", "/exports/\(name)", sas: sas ?? account("rwdlac"), [("x-ms-blob-type", "BlockBlob")] + headers, body: body)
  }
}
