// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A blob as a listing tells it.
struct ListedBlob: Sendable, Equatable {
  var name: String
  var bytes: Int64
  /// Base64, when the store knows it.
  var md5: String?

  /// What its content is held against.
  var announced: FetchedFile { FetchedFile(name: name, bytes: bytes, md5: md5) }
}

/// One container of Azure Blob storage: lists, reads and makes. Requests are not retried here.
struct BlobContainer: Sendable {
  enum Access: Sendable {
    case key(AccountKey)
    case sas(GivenSAS)
  }

  /// Without a slash at its end.
  let url: String
  let access: Access
  let transport: any HTTPTransport
  let clock: @Sendable () -> Instant

  /// All blobs whose names begin with the prefix, in order of their names.
  /// - Throws: `StoreError`.
  func list(prefix: String) async throws -> [ListedBlob] {
    var blobs: [ListedBlob] = []
    var marker = ""
    repeat {
      var query = [("restype", "container"), ("comp", "list"), ("prefix", prefix)]
      if !marker.isEmpty { query.append(("marker", marker)) }
      let response = try await send("GET", path: "", query: query)
      guard response.head.status == 200 else { throw refusal(response.head, response.body) }
      guard let page = BlobListing(response.body) else {
        throw StoreError.again("the listing of the container cannot be read", retryAfter: nil)
      }
      blobs += page.blobs
      marker = page.nextMarker
    } while !marker.isEmpty
    return blobs
  }

  /// Asks for one name, to see whether the credential is good before a service is given work.
  /// - Throws: `StoreError`; `.refused` when it is not.
  func probe() async throws {
    let response = try await send(
      "GET", path: "", query: [("restype", "container"), ("comp", "list"), ("maxresults", "1")])
    guard response.head.status == 200 else { throw refusal(response.head, response.body) }
  }

  /// Reads a blob from a byte on.
  /// - Throws: `StoreError`, and what `consume` throws.
  func read<Value: Sendable>(_ name: String, _ consume: (ByteReader) async throws -> Value) async throws -> Value {
    let request = request("GET", path: "/" + Self.encoded(name), query: [])
    do {
      return try await transport.stream(request) { head, body in
        guard head.status == 200 else {
          var text: [UInt8] = []
          while text.count < 64 << 10, let chunk = try await body.next() { text += chunk }
          throw refusal(head, text)
        }
        return try await consume(body)
      }
    } catch let error as TransportError {
      throw StoreError.again("reading '\(name)' failed: \(error.message)", retryAfter: nil)
    }
  }

  /// Makes the container; one that exists is fine.
  func create() async throws {
    let response = try await send(
      "PUT", path: "", query: [("restype", "container")])
    guard response.head.status == 201 || response.head.status == 409 else {
      throw refusal(response.head, response.body)
    }
  }

  // MARK: Requests

  func send(
    _ method: String, path: String, query: [(name: String, value: String)],
    headers: [(name: String, value: String)] = [], body: [UInt8] = []
  ) async throws -> HTTPResponse {
    do {
      return try await transport.send(request(method, path: path, query: query, headers: headers, body: body))
    } catch let error as TransportError {
      throw StoreError.again("the container cannot be reached: \(error.message)", retryAfter: nil)
    }
  }

  func request(
    _ method: String, path: String, query: [(name: String, value: String)],
    headers: [(name: String, value: String)] = [], body: [UInt8] = []
  ) -> HTTPRequest {
    var items = query.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }
    var headers = headers + [("x-ms-client-request-id", RequestID.next())]
    if method == "PUT" { headers.append(("Content-Length", String(body.count))) }
    switch access {
    case .sas(let sas):
      items.append(sas.query)
      headers.append(("x-ms-version", AccountKey.version))
    case .key(let key):
      let hostless = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst(2).first ?? ""
      headers = key.authorize(method, path: "/\(hostless)\(path)", query: query, headers: headers, now: clock())
    }
    headers.removeAll { $0.name == "Content-Length" }
    let target = url + path + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    return HTTPRequest(method, target, headers: headers, body: method == "PUT" ? body : nil)
  }

  static func encoded(_ name: String) -> String { PercentEncoding.encode(name, keeping: "/") }

  // MARK: Refusals

  func refusal(_ head: HTTPHead, _ body: [UInt8]) -> StoreError {
    let text = String(decoding: body.prefix(64 << 10), as: UTF8.self)
    let code = head.header("x-ms-error-code") ?? BlobListing.element("Code", in: text) ?? "no code"
    let detail = BlobListing.element("AuthenticationErrorDetail", in: text).map { ": \($0)" } ?? ""
    // The detail repeats what was signed, never the signature.
    let message = "storage answered \(head.status) \(code)\(detail.prefix(300))"
    switch head.status {
    case 401, 403: return .refused(message)
    case 404: return code == "BlobNotFound" ? .artifact("the blob is gone: \(message)") : .never(message)
    case 408, 429, 500...: return .again(message, retryAfter: head.retryAfter(now: clock()))
    default: return .never(message)
    }
  }
}

/// A page of List Blobs (contract.md 6.4).
struct BlobListing {
  var blobs: [ListedBlob] = []
  var nextMarker = ""

  /// `nil` for what is no listing.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.contains("<EnumerationResults"), text.contains("</EnumerationResults>") else { return nil }
    nextMarker = Self.element("NextMarker", in: text) ?? ""
    for part in text.split(separator: "<Blob>").dropFirst() {
      guard let end = part.range(of: "</Blob>") else { return nil }
      let blob = String(part[..<end.lowerBound])
      guard let name = Self.name(in: blob), let length = Self.element("Content-Length", in: blob).flatMap({ Int64($0) })
      else { return nil }
      let md5 = Self.element("Content-MD5", in: blob)
      blobs.append(ListedBlob(name: name, bytes: length, md5: md5 == "" ? nil : md5))
    }
  }

  private static func name(in blob: String) -> String? {
    if let encoded = blob.firstMatch(of: #/<Name Encoded="true">([^<]*)<\/Name>/#) {
      return PercentEncoding.decode(encoded.1)
    }
    return element("Name", in: blob)
  }

  /// The text of the first element of that name.
  static func element(_ name: String, in text: String) -> String? {
    guard let start = text.range(of: "<\(name)>"), let end = text[start.upperBound...].range(of: "</\(name)>") else {
      return nil
    }
    return unescaped(text[start.upperBound..<end.lowerBound])
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    var result = String(text)
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
      result = result.replacing(entity, with: character)
    }
    return result
  }
}
