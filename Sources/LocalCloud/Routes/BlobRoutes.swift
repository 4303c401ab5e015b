// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Azure Blob storage (contract.md, section 6), with the account in the path or in the host's name.
struct BlobRoutes: Sendable {
  let store: BlobStore
  let signatures: SignatureCheck
  let tokens: TokenCheck

  struct Call: Sendable {
    var method: String
    /// As sent; in path style with the account.
    var path: String
    var container: String
    /// Decoded; empty for the container itself.
    var blob: String
    var query: CloudQuery
    var headers: [(name: String, value: String)]
    /// Of the account, without a slash at its end.
    var endpoint: String
    var isSecure = false
    /// Whether its path is text: what is no UTF-8, and what holds a zero, names nothing.
    var isText = true

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

    /// A header that says something: clients send empty ones for nothing.
    func said(_ name: String) -> String? { header(name).flatMap { $0.isEmpty ? nil : $0 } }

    var comp: String { query.text("comp").lowercased() }
    var restype: String { query.text("restype").lowercased() }
    /// Any date is taken: clients are newer than whatever list would be here.
    var version: String {
      let said = header("x-ms-version") ?? query["api-version"] ?? query["sv"] ?? Self.usualVersion
      return Self.isVersion(said) ? said : Self.usualVersion
    }

    private static let usualVersion = "2021-12-02"

    private static func isVersion(_ text: String) -> Bool { text.wholeMatch(of: #/\d{4}-\d\d-\d\d/#) != nil }

    /// - Throws: for a version that is none.
    func checkVersion() throws {
      if let version = header("x-ms-version"), !Self.isVersion(version) {
        throw BlobRefusal.header("x-ms-version", version)
      }
      if let version = query["api-version"], !Self.isVersion(version) {
        throw BlobRefusal.query("api-version", version)
      }
    }
  }

  /// - Parameter fault: that strikes before anything is done.
  func answer(_ call: Call, body: RequestBody, fault: BlobRefusal? = nil) async -> Response {
    let requestID = UUID().uuidString.lowercased()
    var response: Response
    do {
      if let fault { throw fault }
      guard call.isText else { throw BlobRefusal.uri }
      try call.checkVersion()
      try authorize(call)
      response = try await perform(call, body)
    } catch {
      response = CloudAnswer.storage(Self.refusal(error), isHead: call.method == "HEAD", requestID: requestID)
    }
    var headers = [
      ("x-ms-request-id", requestID), ("x-ms-version", call.version), ("Date", CloudTime.http(CloudTime.now)),
      ("Server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0"),
    ]
    if let id = call.header("x-ms-client-request-id"), id.utf8.count <= 1024 {
      headers.append(("x-ms-client-request-id", id))
    }
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
    return response
  }

  private static func refusal(_ error: any Error) -> BlobRefusal {
    switch error {
    case let refusal as BlobRefusal: refusal
    case BlobStore.Problem.noContainer:
      BlobRefusal(404, "ContainerNotFound", "The specified container does not exist.")
    case BlobStore.Problem.containerExists:
      BlobRefusal(409, "ContainerAlreadyExists", "The specified container already exists.")
    case BlobStore.Problem.noBlob: BlobRefusal(404, "BlobNotFound", "The specified blob does not exist.")
    case BlobStore.Problem.badBlockList:
      BlobRefusal(400, "InvalidBlockList", "The specified block list is invalid.")
    case BlobStore.Problem.badBlockLength:
      BlobRefusal(400, "InvalidBlobOrBlock", "The specified blob or block content is invalid.")
    case BlobStore.Problem.tooManyBlocks:
      BlobRefusal(
        409, "BlockCountExceedsLimit", "The uncommitted block count cannot exceed the maximum limit of 100,000 blocks.")
    case is NIOTooManyBytesError: BlobRefusal.tooLarge(limit: nil)
    default: BlobRefusal(500, "InternalError", "The server encountered an internal error.")
    }
  }

  // MARK: Rights

  private func authorize(_ call: Call) throws {
    let now = CloudTime.now
    if let authorization = call.header("Authorization") {
      if authorization.lowercased().hasPrefix("bearer ") { return try token(authorization, now) }
      guard authorization.hasPrefix("SharedKey ") else {
        throw BlobRefusal(
          400, "InvalidAuthenticationInfo", "Authentication information is not given in the correct format.")
      }
      let sent = SignatureCheck.Sent(
        method: call.method, path: call.path, query: call.query, headers: call.headers)
      return try signatures.check(sharedKey: authorization, sent, now: now)
    }
    guard call.query["sig"] != nil else { throw BlobRefusal.anonymous }
    let isNew = try call.blob.isEmpty ? false : store.blob(call.container, call.blob) == nil
    let place = SignatureCheck.Place(
      container: call.container, blob: call.blob, right: Self.right(call, isNew: isNew), isSecure: call.isSecure)
    try signatures.check(sas: call.query, place, now: now)
  }

  private func token(_ authorization: String, _ now: Int64) throws {
    do {
      try tokens.check(authorization, for: .storage, now: now / 1000)
    } catch let flaw as TokenCheck.Refusal {
      var refusal = BlobRefusal.anonymous
      (refusal.code, refusal.message) = ("InvalidAuthenticationInfo", "Server failed to authenticate the request.")
      refusal.detail = flaw.message
      throw refusal
    }
  }

  private static func right(_ call: Call, isNew: Bool) -> BlobRight {
    if call.container.isEmpty { return call.comp == "list" ? .listContainers : .account }
    if call.blob.isEmpty {
      switch (call.method, call.comp) {
      case ("GET", "list"): return .list
      case ("PUT", _): return .createContainer
      case ("DELETE", _): return .deleteContainer
      default: return .container
      }
    }
    switch (call.method, call.comp) {
    case ("GET", _), ("HEAD", _): return .read
    case ("DELETE", _): return .delete
    case ("PUT", ""): return isNew ? .createOrWrite : .write
    default: return .write
    }
  }

  // MARK: Operations

  private func perform(_ call: Call, _ body: RequestBody) async throws -> Response {
    if call.container.isEmpty { return try await performOnAccount(call, body) }
    guard call.blob.isEmpty else { return try await performOnBlob(call, body) }
    guard call.restype == "container" else { throw BlobRefusal.verb }
    switch (call.method, call.comp) {
    case ("GET", "list"): return try list(call)
    case ("PUT", ""): return try createContainer(call)
    case ("GET", ""), ("HEAD", ""), ("GET", "metadata"), ("HEAD", "metadata"): return try containerProperties(call)
    case ("DELETE", ""):
      try store.delete(container: call.container)
      return Self.empty(202)
    default: throw BlobRefusal.verb
    }
  }

  /// Of a blob's name, between its slashes.
  private static let mostSegments = 254

  private func performOnBlob(_ call: Call, _ body: RequestBody) async throws -> Response {
    let segments = call.blob.split(separator: "/", omittingEmptySubsequences: false).count
    guard (1...1024).contains(call.blob.unicodeScalars.count), segments <= Self.mostSegments else {
      throw BlobRefusal(
        400, "InvalidResourceName", "The specified resource name length is not within the permissible limits.")
    }
    try Self.refuseUnknown(call)
    switch (call.method, call.comp) {
    case ("GET", ""), ("HEAD", ""), ("GET", "metadata"), ("HEAD", "metadata"): return try read(call)
    case ("GET", "blocklist"): return try blockList(call)
    case ("PUT", "block"): return try await putBlock(call, body)
    case ("PUT", "blocklist"): return try await putBlockList(call, body)
    case ("PUT", ""): return try await putBlob(call, body)
    case ("PUT", "metadata"), ("PUT", "properties"), ("PUT", "tier"): return try change(call)
    case ("DELETE", ""):
      let conditions = try BlobConditions(call.header)
      try store.delete(call.container, call.blob, if: conditions.write)
      return Self.empty(202, [("x-ms-delete-type-permanent", "true")])
    default: throw BlobRefusal.verb
    }
  }

  /// What would make another operation of it, and is not there: it must not be taken for the plain one.
  private static func refuseUnknown(_ call: Call) throws {
    for name in ["snapshot", "versionid"] where call.query[name]?.isEmpty == false {
      throw BlobRefusal.unsupported(query: name, call.query.text(name))
    }
    for name in ["x-ms-copy-source", "x-ms-structured-body"] where call.said(name) != nil {
      throw BlobRefusal.unsupported(header: name)
    }
    guard call.method == "DELETE", let value = call.said("x-ms-delete-snapshots"), value.lowercased() != "include"
    else {
      return
    }
    throw value.lowercased() == "only"
      ? BlobRefusal.unsupported(header: "x-ms-delete-snapshots")
      : BlobRefusal.header("x-ms-delete-snapshots", value)
  }

  static func empty(_ status: Int, _ headers: [(String, String)] = []) -> Response {
    CloudAnswer.response(status, [], type: nil, headers: headers)
  }

  static func xml(_ text: String) -> Response {
    CloudAnswer.response(
      200, Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\(text)".utf8), type: "application/xml")
  }
}
