// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOCore

/// Writes files to a container by its SAS URL, as the retired service did: List once, Put Block, Put Block List.
struct ContainerUploader: Sendable {
  static let blockSize = 4 << 20

  let client: HTTPClient
  /// With its signature: a secret.
  let container: URLComponents

  struct Refusal: Error { var details: String }

  init(client: HTTPClient, container: String) throws {
    guard let parts = URLComponents(string: container) else { throw Refusal(details: "InvalidUri: the container URL") }
    (self.client, self.container) = (client, parts)
  }

  /// Whether the container is there and may be listed; without `l` nothing is asked.
  func probe() async throws {
    let permissions = container.queryItems?.first { $0.name == "sp" }?.value ?? ""
    guard permissions.contains("l") else { return }
    let list = [("restype", "container"), ("comp", "list"), ("maxresults", "1")]
    try await send(.GET, path: "", query: list, expecting: 200)
  }

  func upload(_ file: URL, to name: String, contentType: String, md5: String, cut: Bool = false) async throws {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    var ids: [String] = []
    while let data = try handle.read(upToCount: Self.blockSize), !data.isEmpty {
      let number = String(ids.count)
      let id = Data((String(repeating: "0", count: 8 - number.count) + number).utf8).base64EncodedString()
      let block = cut ? data.prefix(max(1, data.count / 2)) : data
      try await send(
        .PUT, path: "/\(name)", query: [("comp", "block"), ("blockid", id)], body: Array(block), expecting: 201)
      ids.append(id)
      if cut { break }
    }
    let list =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>" + ids.map { "<Latest>\($0)</Latest>" }.joined()
      + "</BlockList>"
    var headers = [("x-ms-blob-content-type", contentType)]
    if !cut, !md5.isEmpty { headers.append(("x-ms-blob-content-md5", md5)) }
    try await send(
      .PUT, path: "/\(name)", query: [("comp", "blocklist")], headers: headers, body: Array(list.utf8), expecting: 201)
  }

  private func send(
    _ method: HTTPMethodName, path: String, query: [(String, String)], headers: [(String, String)] = [],
    body: [UInt8]? = nil, expecting status: UInt
  ) async throws {
    var url = container
    url.percentEncodedPath += path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    let own = query.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
    url.percentEncodedQuery = ([url.percentEncodedQuery ?? ""] + own).joined(separator: "&")
    var request = HTTPClientRequest(url: url.string ?? "")
    request.method = .init(rawValue: method.rawValue)
    request.headers.add(name: "x-ms-version", value: "2021-12-02")
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
    do {
      let response = try await client.execute(request, timeout: .seconds(120))
      let answer = try await response.body.collect(upTo: 1 << 20)
      guard response.status.code == status else {
        let code = response.headers.first(name: "x-ms-error-code") ?? "\(response.status.code)"
        _ = answer
        throw Refusal(details: "\(code): storage answered \(response.status.code) to \(method.rawValue)")
      }
    } catch let refusal as Refusal {
      throw refusal
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw Refusal(details: "StorageUnreachable: the container cannot be reached")
    }
  }

  enum HTTPMethodName: String { case GET, PUT }
}
