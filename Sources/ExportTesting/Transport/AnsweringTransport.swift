// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Synchronization

/// A transport without a network: each request is answered by a closure, and kept.
public final class AnsweringTransport: HTTPTransport {
  private let kept = Mutex<[HTTPRequest]>([])
  private let answer: @Sendable (HTTPRequest) throws -> HTTPResponse

  public init(_ answer: @escaping @Sendable (HTTPRequest) throws -> HTTPResponse) { self.answer = answer }

  /// The same answer to all.
  public convenience init(_ status: Int, _ text: String, _ headers: [(name: String, value: String)] = []) {
    self.init { _ in HTTPResponse(HTTPHead(status: status, headers: headers), body: Array(text.utf8)) }
  }

  /// A token that is good for an hour.
  public static var token: AnsweringTransport {
    AnsweringTransport(200, #"{"access_token":"t-1","expires_in":"3599"}"#)
  }

  public var sent: [HTTPRequest] { kept.withLock { $0 } }

  public func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    kept.withLock { $0.append(request) }
    return try answer(request)
  }

  public func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value {
    let response = try await send(request, limit: .max)
    var left = [response.body]
    return try await consume(response.head, ByteReader { left.popLast() })
  }
}
