// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Synchronization

/// The real network, where answers that are read piece by piece end early, and something happens first.
final class BreakingTransport: HTTPTransport {
  private let base: any HTTPTransport
  private let breaks: Mutex<[Int]>
  private let kept = Mutex<[HTTPRequest]>([])
  private let first: @Sendable (HTTPRequest) async throws -> Void

  /// - Parameters:
  ///   - breaks: after how many bytes each of the next streams breaks off.
  ///   - first: done before each stream.
  init(
    _ base: any HTTPTransport, breaks: [Int] = [],
    first: @escaping @Sendable (HTTPRequest) async throws -> Void = { _ in }
  ) {
    (self.base, self.first) = (base, first)
    self.breaks = Mutex(breaks)
  }

  /// `Range` of every stream, in their order; empty: there was none.
  var ranges: [String] {
    kept.withLock { $0.map { request in request.headers.first { $0.name == "Range" }?.value ?? "" } }
  }

  func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    try await base.send(request, limit: limit)
  }

  func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value {
    kept.withLock { $0.append(request) }
    try await first(request)
    let limit = breaks.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    return try await base.stream(request) { head, body in
      guard let limit else { return try await consume(head, body) }
      var left = limit
      return try await consume(
        head,
        ByteReader {
          guard left > 0 else { throw TransportError(.cut, "the connection broke") }
          guard let chunk = try await body.next() else { return nil }
          defer { left -= chunk.count }
          return Array(chunk.prefix(left))
        })
    }
  }
}
