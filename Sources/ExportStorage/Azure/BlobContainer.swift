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

  /// Pages of one listing that are read at most: ten million blobs.
  static let pageLimit = 2000

  /// All blobs whose names begin with the prefix, in order of their names.
  /// - Throws: `StoreError`; for a listing that goes round in a circle, too, and for one without an end.
  func list(prefix: String) async throws -> [ListedBlob] {
    var blobs: [ListedBlob] = []
    var query = [("restype", "container"), ("comp", "list"), ("prefix", prefix)]
    var followed: Set<String> = []
    for _ in 0..<Self.pageLimit {
      let answer = try await send("GET", path: "", query: query)
      guard answer.head.status == 200 else { throw refusal(answer) }
      guard let page = BlobListing(answer.body) else {
        throw StoreError.again(answer.telling("the listing of the container cannot be read"), retryAfter: nil)
      }
      blobs += page.blobs
      guard !page.nextMarker.isEmpty else { return blobs }
      guard followed.insert(page.nextMarker).inserted else {
        throw StoreError.again(answer.telling("the listing of the container goes round in a circle"), retryAfter: nil)
      }
      query = query.prefix(3) + [("marker", page.nextMarker)]
    }
    throw StoreError.never("the listing of the container has more than \(Self.pageLimit) pages")
  }

  /// Asks for one name, to see whether the credential is good before a service is given work.
  /// - Throws: `StoreError`; `.refused` when it is not.
  func probe() async throws {
    let answer = try await send(
      "GET", path: "", query: [("restype", "container"), ("comp", "list"), ("maxresults", "1")])
    guard answer.head.status == 200 else { throw refusal(answer) }
  }

  /// Reads a blob from a byte on.
  /// - Throws: `StoreError`, and what `consume` throws.
  func read<Value: Sendable>(_ name: String, _ consume: (ByteReader) async throws -> Value) async throws -> Value {
    let requestID = RequestID.next()
    let request = request("GET", path: "/" + Self.encoded(name), query: [], requestID)
    do {
      return try await transport.stream(request) { head, body in
        guard head.status == 200 else {
          var text: [UInt8] = []
          while text.count < BlobAnswer.reasonLimit, let chunk = try await body.next() { text += chunk }
          throw refusal(BlobAnswer(head, text, requestID))
        }
        return try await consume(body)
      }
    } catch let error as TransportError {
      throw failure("reading '\(name)' failed", error, requestID)
    }
  }

  /// Makes the container; one that exists is fine.
  func create() async throws {
    let answer = try await send("PUT", path: "", query: [("restype", "container")])
    guard answer.head.status == 201 || answer.head.status == 409 else { throw refusal(answer) }
  }

  // MARK: Requests

  func send(
    _ method: String, path: String, query: [(name: String, value: String)],
    headers: [(name: String, value: String)] = [], body: [UInt8] = []
  ) async throws -> BlobAnswer {
    let requestID = RequestID.next()
    do {
      let response = try await transport.send(
        request(method, path: path, query: query, headers: headers, body: body, requestID))
      return BlobAnswer(response.head, response.body, requestID)
    } catch let error as TransportError {
      throw failure("the container cannot be reached", error, requestID)
    }
  }

  private func request(
    _ method: String, path: String, query: [(name: String, value: String)],
    headers: [(name: String, value: String)] = [], body: [UInt8] = [], _ requestID: String
  ) -> HTTPRequest {
    var items = query.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }
    var headers = headers + [("x-ms-client-request-id", requestID)]
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
}
