// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Azure Blob storage in path style (contract.md, section 6).
struct BlobRoutes: Sendable {
  static let blockLimit = 100 << 20

  let store: BlobStore
  let signatures: SignatureCheck

  /// A request below `/ACCOUNT`.
  struct Call: Sendable {
    var method: String
    /// As sent, with the account.
    var path: String
    var container: String
    /// Decoded; empty for the container itself.
    var blob: String
    var query: CloudQuery
    var headers: [(name: String, value: String)]

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
    var comp: String { query["comp"]?.lowercased() ?? "" }
    var isContainer: Bool { query["restype"]?.lowercased() == "container" }
  }

  func answer(_ call: Call, body: RequestBody) async -> Response {
    let requestID = UUID().uuidString.lowercased()
    var response: Response
    do {
      try authorize(call)
      response = try await perform(call, body)
    } catch let refusal as BlobRefusal {
      response = CloudAnswer.storage(refusal, isHead: call.method == "HEAD", requestID: requestID)
    } catch let problem as BlobStore.Problem {
      response = CloudAnswer.storage(Self.refusal(problem), isHead: call.method == "HEAD", requestID: requestID)
    } catch {
      let refusal = BlobRefusal(
        status: 500, code: "InternalError", message: "The server encountered an internal error.")
      response = CloudAnswer.storage(refusal, isHead: call.method == "HEAD", requestID: requestID)
    }
    let version = call.header("x-ms-version") ?? call.query["sv"] ?? "2021-12-02"
    for (name, value) in [
      ("x-ms-request-id", requestID), ("x-ms-version", version), ("Date", CloudTime.http(CloudTime.now)),
      ("Server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0"),
    ] {
      if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
    if let id = call.header("x-ms-client-request-id"), let name = HTTPField.Name("x-ms-client-request-id") {
      response.headers[name] = id
    }
    return response
  }

  private static func refusal(_ problem: BlobStore.Problem) -> BlobRefusal {
    switch problem {
    case .noContainer:
      BlobRefusal(status: 404, code: "ContainerNotFound", message: "The specified container does not exist.")
    case .containerExists:
      BlobRefusal(status: 409, code: "ContainerAlreadyExists", message: "The specified container already exists.")
    case .noBlob: BlobRefusal(status: 404, code: "BlobNotFound", message: "The specified blob does not exist.")
    case .blobExists: BlobRefusal(status: 409, code: "BlobAlreadyExists", message: "The specified blob already exists.")
    case .badBlockList:
      BlobRefusal(status: 400, code: "InvalidBlockList", message: "The specified block list is invalid.")
    }
  }

  // MARK: Rights

  private func authorize(_ call: Call) throws {
    let now = CloudTime.now
    if let authorization = call.header("Authorization"), authorization.hasPrefix("SharedKey ") {
      return try signatures.check(
        sharedKey: authorization, method: call.method, path: call.path, query: call.query, headers: call.headers,
        now: now)
    }
    guard call.query["sig"] != nil else {
      throw BlobRefusal(
        status: 401, code: "NoAuthenticationInformation",
        message:
          "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.")
    }
    let isNew = try call.blob.isEmpty ? false : store.blob(call.container, call.blob) == nil
    try signatures.check(sas: call.query, container: call.container, right: Self.right(call, isNew: isNew), now: now)
  }

  private static func right(_ call: Call, isNew: Bool) -> BlobRight {
    if call.blob.isEmpty {
      switch (call.method, call.comp) {
      case ("GET", "list") where call.container.isEmpty: return .listContainers
      case ("GET", "list"): return .list
      case ("PUT", _): return .createContainer
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
    guard call.blob.isEmpty else { return try await performOnBlob(call, body) }
    switch (call.method, call.comp) {
    case ("GET", "list"): return try list(call)
    case ("PUT", "") where call.isContainer:
      guard call.container.wholeMatch(of: #/[a-z0-9](-?[a-z0-9]){2,62}/#) != nil else {
        throw BlobRefusal(
          status: 400, code: "InvalidResourceName", message: "The specified resource name contains invalid characters.")
      }
      try store.create(container: call.container)
      return Self.empty(201, [("ETag", "\"0x8D\(CloudTime.now)\""), ("Last-Modified", CloudTime.http(CloudTime.now))])
    case ("GET", ""), ("HEAD", ""):
      guard try store.exists(container: call.container) else { throw BlobStore.Problem.noContainer }
      return Self.empty(
        200,
        [
          ("x-ms-lease-status", "unlocked"), ("x-ms-lease-state", "available"),
          ("x-ms-has-immutability-policy", "false"),
          ("x-ms-has-legal-hold", "false"),
        ])
    case ("DELETE", ""):
      try store.delete(container: call.container)
      return Self.empty(202, [])
    default:
      throw BlobRefusal(
        status: 405, code: "UnsupportedHttpVerb", message: "The resource doesn't support the specified Http Verb.")
    }
  }

  private func performOnBlob(_ call: Call, _ body: RequestBody) async throws -> Response {
    switch (call.method, call.comp) {
    case ("GET", ""): return try read(call, isHead: false)
    case ("HEAD", ""): return try read(call, isHead: true)
    case ("PUT", "block"): return try await putBlock(call, body)
    case ("PUT", "blocklist"): return try await putBlockList(call, body)
    case ("PUT", ""): return try await putBlob(call, body)
    case ("DELETE", ""):
      try store.delete(call.container, call.blob)
      return Self.empty(202, [("x-ms-delete-type-permanent", "true")])
    default:
      throw BlobRefusal(
        status: 405, code: "UnsupportedHttpVerb", message: "The resource doesn't support the specified Http Verb.")
    }
  }

  static func empty(_ status: Int, _ headers: [(String, String)]) -> Response {
    CloudAnswer.response(status, [], type: nil, headers: headers)
  }

  // MARK: List

  private func list(_ call: Call) throws -> Response {
    let limit = Int(call.query["maxresults"] ?? "5000") ?? 0
    guard (1...5000).contains(limit) else {
      throw BlobRefusal(status: 400, code: "OutOfRangeInput", message: "One of the request inputs is out of range.")
    }
    let (prefix, delimiter) = (call.query["prefix"] ?? "", call.query["delimiter"] ?? "")
    let start =
      (call.query["marker"].flatMap { Data(base64Encoded: $0) }).map { String(decoding: $0, as: UTF8.self) } ?? ""
    var entries: [String] = []
    var marker = ""
    var lastFolder = ""
    for blob in try store.list(
      call.container, prefix: prefix, from: start, limit: delimiter.isEmpty ? limit + 1 : 1_000_000)
    {
      let rest = blob.name.dropFirst(prefix.count)
      if !delimiter.isEmpty, let cut = rest.range(of: delimiter) {
        let folder = prefix + rest[..<cut.upperBound]
        if folder == lastFolder { continue }
        if entries.count == limit { marker = blob.name; break }
        lastFolder = folder
        entries.append("<BlobPrefix><Name>\(CloudAnswer.escaped(folder))</Name></BlobPrefix>")
        continue
      }
      if entries.count == limit { marker = blob.name; break }
      entries.append(Self.entry(blob))
    }
    let echo = [
      ("Prefix", call.query["prefix"]), ("Marker", call.query["marker"]), ("MaxResults", call.query["maxresults"]),
      ("Delimiter", call.query["delimiter"]),
    ]
    .map { name, value in value.map { "<\(name)>\(CloudAnswer.escaped($0))</\(name)>" } ?? "" }.joined()
    let next = marker.isEmpty ? "<NextMarker/>" : "<NextMarker>\(Data(marker.utf8).base64EncodedString())</NextMarker>"
    let text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ContainerName=\"\(call.container)\">\(echo)"
      + "<Blobs>\(entries.joined())</Blobs>\(next)</EnumerationResults>"
    return CloudAnswer.response(200, Array(text.utf8), type: "application/xml")
  }

  private static func entry(_ blob: BlobRecord) -> String {
    "<Blob><Name>\(CloudAnswer.escaped(blob.name))</Name><Properties><Creation-Time>\(CloudTime.http(blob.created))</Creation-Time>"
      + "<Last-Modified>\(CloudTime.http(blob.modified))</Last-Modified><Etag>\(blob.etag)</Etag>"
      + "<Content-Length>\(blob.bytes)</Content-Length><Content-Type>\(blob.type)</Content-Type><Content-Encoding/>"
      + "<Content-Language/><Content-CRC64/>"
      + (blob.md5.map { "<Content-MD5>\($0)</Content-MD5>" } ?? "<Content-MD5/>")
      + "<Cache-Control/><Content-Disposition/><BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier>"
      + "<AccessTierInferred>true</AccessTierInferred><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>"
      + "<ServerEncrypted>true</ServerEncrypted></Properties><OrMetadata/></Blob>"
  }
}
