// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A blob as a listing tells it.
struct ListedBlob: Sendable, Equatable {
  var name: String
  var bytes: Int64
  /// Base64, when the store knows it.
  var md5: String?
  /// Base64, when the store knows it.
  var crc64: String?
  /// Without quotes. It changes whenever the blob is written.
  var etag: String?
  /// Its `Content-Encoding` says so.
  var isGzip = false
  /// As its task's manifest says.
  var rows: Int64?

  /// What its content is held against.
  var announced: FetchedFile {
    var file = FetchedFile(name: name, bytes: bytes, md5: md5, rows: rows)
    (file.crc64, file.isGzip) = (crc64, isGzip)
    return file
  }
}

/// One container of Azure Blob storage: lists, reads and makes. Requests are not retried here.
struct BlobContainer: Sendable {
  enum Access: Sendable {
    case key(AccountKey)
    case sas(GivenSAS)
    case tokens(any TokenSource)
  }

  /// Without a slash at its end.
  let url: String
  let access: Access
  let transport: any HTTPTransport
  let clock: @Sendable () -> Instant

  /// Blobs of one page at most, as the service has it.
  static let pageSize = 5000
  /// Pages of one listing that are read at most.
  static let pageLimit = 2000
  /// Blobs of one listing that are kept at most.
  var blobLimit = 1_000_000

  /// All blobs whose names begin with the prefix, in order of their names.
  /// - Throws: `StoreError`; for a listing that goes round in a circle, too, for one without an end, and for one that is
  ///   too long to keep.
  func list(prefix: String) async throws -> [ListedBlob] {
    var blobs: [ListedBlob] = []
    var followed: Set<String> = []
    var marker = ""
    for _ in 0..<Self.pageLimit {
      let (page, answer) = try await page(prefix, marker.isEmpty ? [] : [("marker", marker)])
      blobs += page.blobs
      guard blobs.count <= blobLimit else {
        throw StoreError.never("the listing of the container has more than \(blobLimit) blobs")
      }
      marker = page.nextMarker
      guard !marker.isEmpty else { return blobs }
      guard followed.insert(marker).inserted else {
        throw StoreError.again(answer.telling("the listing of the container goes round in a circle"), retryAfter: nil)
      }
    }
    throw StoreError.never("the listing of the container has more than \(Self.pageLimit) pages")
  }

  /// As above, but of all blobs that begin with the prefix only those with such names; `nil` when one page with so many
  /// blobs does not hold them all.
  func list(prefix: String, of starts: NameStarts, atMost most: Int) async throws -> [ListedBlob]? {
    let (page, _) = try await page(prefix, [("maxresults", String(most))], of: starts)
    return page.nextMarker.isEmpty ? page.blobs : nil
  }

  private func page(
    _ prefix: String, _ more: [(name: String, value: String)], of starts: NameStarts? = nil
  ) async throws -> (BlobListing, BlobAnswer) {
    let query: [(name: String, value: String)] = [("restype", "container"), ("comp", "list"), ("prefix", prefix)]
    let answer = try await send("GET", path: "", query: query + more)
    guard answer.head.status == 200 else { throw refusal(answer) }
    guard let page = BlobListing(answer.body, of: starts) else {
      throw StoreError.again(answer.telling("the listing of the container cannot be read"), retryAfter: nil)
    }
    return (page, answer)
  }

  /// Asks for one name, to see whether the credential is good before a service is given work.
  /// - Throws: `StoreError`; `.refused` when it is not.
  func probe() async throws {
    let answer = try await send(
      "GET", path: "", query: [("restype", "container"), ("comp", "list"), ("maxresults", "1")])
    guard answer.head.status == 200 else { throw refusal(answer) }
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
    func ask(mayAskAgain: Bool) async throws -> BlobAnswer {
      let request = try await request(method, path: path, query: query, headers: headers, body: body, requestID)
      let response = try await transport.send(request)
      if mayAskAgain, await hasAnotherToken(than: request, response.head) { return try await ask(mayAskAgain: false) }
      return BlobAnswer(response.head, response.body, requestID)
    }
    do { return try await ask(mayAskAgain: true) } catch let error as TransportError {
      throw failure("the container cannot be reached", error, requestID)
    }
  }

  /// The request's token was refused, and there is another.
  func hasAnotherToken(than request: HTTPRequest, _ head: HTTPHead) async -> Bool {
    guard head.status == 401, case .tokens(let tokens) = access,
      let header = request.headers.first(where: { $0.name == "Authorization" })?.value
    else { return false }
    return await tokens.refused(Secret(String(header.dropFirst("Bearer ".count))))
  }

  func request(
    _ method: String, path: String, query: [(name: String, value: String)],
    headers: [(name: String, value: String)] = [], body: [UInt8] = [], _ requestID: String
  ) async throws -> HTTPRequest {
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
    case .tokens(let tokens):
      headers.append(("x-ms-version", AccountKey.version))
      if let token = try await Self.token(of: tokens) {
        headers.append(("Authorization", "Bearer \(token.reveal())"))
      }
    }
    headers.removeAll { $0.name == "Content-Length" }
    let target = url + path + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    return HTTPRequest(method, target, headers: headers, body: ["PUT", "POST"].contains(method) ? body : nil)
  }

  /// - Throws: `StoreError`.
  static func token(of tokens: any TokenSource) async throws -> Secret? {
    do { return try await tokens.token() } catch let error as ServiceError {
      throw error.kind == .again || error.kind == .busy
        ? StoreError.again("no token for storage: \(error.message)", retryAfter: error.retryAfter)
        : StoreError.refused("no token for storage: \(error.message)")
    }
  }

  static func encoded(_ name: String) -> String { PercentEncoding.encode(name, keeping: "/") }
}
